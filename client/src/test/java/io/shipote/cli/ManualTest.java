package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.cli.Option;
import org.junit.jupiter.api.Test;

/** The list of verbs in {@code docs/cli.md} is what {@code --help} says; {@code -Dmanual=write} writes it anew. */
class ManualTest {
    private static final Path MANUAL = Path.of("../docs/cli.md");
    private static final String LAST_BY_HAND = "Every verb takes ";

    @Test
    void theManualHasEveryVerbAndOption() throws IOException {
        String text = Files.readString(MANUAL);
        int list = text.indexOf('\n', text.indexOf(LAST_BY_HAND)) + 1;
        if ("write".equals(System.getProperty("manual"))) {
            Files.writeString(MANUAL, text.substring(0, list) + verbs());
        } else {
            assertEquals(verbs(), text.substring(list), "run this test with -Dmanual=write");
        }
    }

    private static String verbs() {
        StringBuilder out = new StringBuilder();
        for (String name : Verbs.names()) {
            Verb verb = Verbs.find(name);
            out.append("\n### ")
                    .append(name)
                    .append('\n')
                    .append(verb.summary())
                    .append("\n\n");
            out.append("```\nshipote ").append(name);
            Flags flags = new Flags();
            verb.options(flags);
            out.append(flags.all().getOptions().isEmpty() ? "" : " [options]");
            out.append(verb.arguments().isEmpty() ? "" : " " + verb.arguments()).append('\n');
            for (Option option : flags.all().getOptions()) {
                String letter = option.getOpt() == null ? "    " : "-" + option.getOpt() + ", ";
                String value = option.hasArg() ? " " + option.getArgName() : "";
                out.append("  %-30s  %s%n"
                        .formatted(letter + "--" + option.getLongOpt() + value, option.getDescription()));
            }
            out.append("```\n");
        }
        return out.toString();
    }
}
