package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrampolineTest {
    private static final Path PROGRAM = Path.of("/bin/prog");

    private static List<String> arguments(List<String> environment) {
        SpawnRequest request = SpawnRequest.of("prog", List.of("$x"), environment, Path.of("/"))
                .withCgroups(List.of(Path.of("/g one/cgroup.procs")))
                .withNofile(99)
                .withUmask(022);
        List<String> words = Trampoline.arguments(request, PROGRAM, 3);
        assertEquals("/bin/sh", words.get(0));
        assertFalse(words.get(2).contains("$x\""), "nothing of the request is in the script");
        return words.subList(3, words.size());
    }

    @Test
    void everythingIsAnArgument() {
        assertEquals(
                List.of("sh", "1", "99", "0022", "/g one/cgroup.procs", "prog", "$x"), arguments(List.of("PATH=/bin")));
    }

    @Test
    void withoutAPathTheResolvedProgramIsUsed() {
        assertTrue(arguments(List.of("A=1")).contains("/bin/prog"));
    }

    @Test
    void variablesThatAShellDropsGoRoundIt() {
        List<String> words = arguments(List.of("PATH=/bin", "a.b=1", "IFS=:"));
        assertEquals(List.of("/usr/bin/env", "a.b=1", "IFS=:", "/bin/prog", "$x"), words.subList(5, words.size()));
    }
}
