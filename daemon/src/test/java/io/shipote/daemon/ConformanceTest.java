package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of conformance cases names all cases, and only tests that there are and that name their case. */
class ConformanceTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");

    private record Named(String id, String type, String method) {}

    private static List<Named> table() throws IOException {
        List<Named> all = new ArrayList<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/CONFORMANCE.md"))) {
            String[] cells = line.split(" *\\| *");
            if (cells.length == 4 && cells[1].matches("[SAB][0-9]+[a-c]?")) {
                Matcher test = TEST.matcher(cells[3]);
                while (test.find()) {
                    all.add(new Named(cells[1], test.group(1), test.group(2)));
                }
            }
        }
        return all;
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> all = new TreeMap<>();
        for (String module : List.of("card-model", "workspace-core", "pipeline", "client", "daemon")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    all.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
                }
            }
        }
        return all;
    }

    @Test
    void everyCaseIsShownByATest() throws IOException {
        Set<String> cases = new TreeSet<>(Set.of("A3a", "A3b", "A3c"));
        IntStream.rangeClosed(1, 11).forEach(i -> cases.add("S" + i));
        IntStream.rangeClosed(1, 13).filter(i -> i != 3).forEach(i -> cases.add("A" + i));
        IntStream.rangeClosed(1, 30).forEach(i -> cases.add("B" + i));
        Set<String> shown = new TreeSet<>();
        table().forEach(named -> shown.add(named.id()));
        assertEquals(cases, shown);
    }

    @Test
    void everyTestIsThereAndItsSourceNamesTheCase() throws IOException {
        Map<String, String> sources = sources();
        for (Named named : table()) {
            String source = sources.getOrDefault(named.type(), "");
            assertTrue(
                    Pattern.compile("void " + named.method() + "\\(")
                            .matcher(source)
                            .find(),
                    () -> "no test " + named);
            assertTrue(
                    Pattern.compile("(?i)\\b(void )?" + named.id() + "(?![0-9])")
                            .matcher(source)
                            .find(),
                    () -> named.type() + " does not name " + named.id());
        }
    }
}
