package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Hands the v2 controllers of a group on to its children; see {@code cgroups(7)}, subtree_control. */
final class Controllers {
    private static final List<String> WANTED = List.of("memory", "pids", "cpu", "io", "cpuset");

    private Controllers() {}

    /**
     * One at a time, as one that is refused would take the others with it. A refusal shows in the children,
     * who lack that controller's files: each wish is reported there.
     */
    static void enable(Path group) throws IOException {
        List<String> here = words(group.resolve("cgroup.controllers"));
        List<String> on = words(group.resolve("cgroup.subtree_control"));
        for (String controller : WANTED) {
            if (here.contains(controller) && !on.contains(controller)) {
                GroupDir.write(group.resolve("cgroup.subtree_control"), "+" + controller);
            }
        }
    }

    private static List<String> words(Path file) throws IOException {
        return GroupDir.lines(file).stream()
                .flatMap(line -> List.of(line.split(" ")).stream())
                .toList();
    }
}
