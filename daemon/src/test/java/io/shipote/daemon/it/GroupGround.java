package io.shipote.daemon.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A group in each hierarchy for one daemon under test alone, so that what is in it is its: none where such cannot be made,
 * or where the daemon has one anyway.
 */
final class GroupGround {
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final List<String> HIERARCHIES = List.of("unified", "memory", "cpu", "pids");

    private final String name;
    private final List<Path> roots = new ArrayList<>();

    private GroupGround(String name) {
        this.name = name;
    }

    /** @param given the group that the daemon has on a pure v2 tree */
    static GroupGround make(String name, Optional<Path> given) throws IOException {
        GroupGround ground = new GroupGround(name);
        if (given.isPresent()) {
            ground.roots.add(given.get());
            return ground;
        }
        for (String hierarchy : HIERARCHIES) {
            Path top = CGROUPS.resolve(hierarchy);
            if (Files.isWritable(top.resolve("cgroup.procs"))) {
                ground.roots.add(Files.createDirectories(top.resolve(name)));
            }
        }
        return ground;
    }

    /** What the daemon's configuration has to say. */
    String config() {
        return "cgroup_root = \"/" + name + "\"\n";
    }

    /** The groups that workspaces have, by the name of each; nothing where no group can be made. */
    List<Path> workspaces() {
        List<Path> found = new ArrayList<>();
        roots.forEach(root -> found.addAll(children(root.resolve("shipote"))));
        return found;
    }

    /** The groups of runs. */
    List<Path> runs() {
        return workspaces().stream()
                .flatMap(workspace -> children(workspace).stream())
                .toList();
    }

    /**
     * An empty group as of a workspace, in two hierarchies where there are as many; none where nothing could tell whose it is.
     *
     * @param owner the state directory that it is marked with
     */
    List<Path> leave(String workspace, Optional<Path> owner) throws IOException {
        Optional<Path> marked = roots.stream().filter(GroupGround::unified).findFirst();
        if (marked.isEmpty() || !Files.isDirectory(marked.get().resolve("shipote"))) {
            return List.of();
        }
        List<Path> made = new ArrayList<>();
        for (Path root : roots.subList(0, Math.min(2, roots.size()))) {
            Path parent = root.resolve("shipote");
            if (Files.isDirectory(parent)) {
                made.add(Files.createDirectory(parent.resolve(workspace)));
            }
        }
        UserDefinedFileAttributeView marks = Files.getFileAttributeView(
                marked.get().resolve("shipote").resolve(workspace), UserDefinedFileAttributeView.class);
        if (owner.isPresent()) {
            marks.write("shipote.workspace", UTF_8.encode(workspace));
            marks.write("shipote.state", UTF_8.encode(owner.get().toString()));
        }
        return made;
    }

    private static boolean unified(Path root) {
        return Files.exists(root.resolve("cgroup.controllers"));
    }

    /** As {@code cgroup_root} of a configuration says it; empty where no group can be made. */
    Optional<String> path() {
        Path top = unified(CGROUPS) ? CGROUPS : CGROUPS.resolve("any hierarchy");
        return roots.stream().findFirst().map(root -> "/" + root.subpath(top.getNameCount(), root.getNameCount()));
    }

    private static List<Path> children(Path group) {
        try (Stream<Path> all = Files.list(group)) {
            return all.filter(Files::isDirectory).toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    /** Removes it; nobody may be in it. */
    void remove() throws IOException {
        for (Path root : roots) {
            if (root.endsWith(name)) {
                Files.deleteIfExists(root.resolve("shipote"));
                Files.deleteIfExists(root);
            }
        }
    }
}
