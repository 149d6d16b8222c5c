package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a harness has left behind, although it should not. */
record Remains(List<Long> processes, List<Path> groups) {
    /** Looks for it, and ends the processes. */
    static Remains of(String mark, Collection<String> workspaces) {
        List<Long> left = Processes.withEnvironment(mark);
        left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        // One walk for all: there may be hundreds of them, and many groups of others.
        Set<String> ids = Set.copyOf(workspaces);
        return new Remains(
                left, Processes.groups(group -> ids.contains(group.getFileName().toString())));
    }

    void assertNone(String story) {
        assertEquals(List.of(), processes, () -> "processes are left\n" + story);
        assertEquals(List.of(), groups, () -> "groups are left\n" + story);
    }

    static void delete(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
