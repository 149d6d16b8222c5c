package io.shipote.core.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where tests may make groups of a pure cgroup-v2 tree: below the group that {@value #VARIABLE} names, else below our own
 * one if systemd has delegated it; then everybody in it is moved into its leaf {@code tests/}.
 *
 * @param base hands its controllers on to its children; empty when there is none
 * @param why there is none
 */
public record Cgroup2Ground(Optional<Path> base, String why) {
    /** A directory below {@code /sys/fs/cgroup}. */
    public static final String VARIABLE = "SHIPOTE_TEST_CGROUP";

    private static final Path TREE = Path.of("/sys/fs/cgroup");

    /** Looks, and divides our own group if it is to be used. */
    public static Cgroup2Ground find() {
        String named = System.getenv(VARIABLE);
        try {
            Map<String, String> own = OwnGroups.parse(Files.readString(Path.of("/proc/self/cgroup")));
            if (!Files.exists(TREE.resolve("cgroup.controllers")) || own.size() != 1) {
                return none("this host's cgroups are not pure v2 (a kernel that is: .ci/cgroup2)");
            }
            if (named != null && !named.isEmpty()) {
                return new Cgroup2Ground(Optional.of(Path.of(named)), "");
            }
            return divided(TREE.resolve(own.get(OwnGroups.UNIFIED).substring(1)));
        } catch (IOException e) {
            return none(e.toString());
        }
    }

    private static Cgroup2Ground none(String why) {
        return new Cgroup2Ground(Optional.empty(), why);
    }

    private static Cgroup2Ground divided(Path own) throws IOException {
        boolean before = own.endsWith("tests");
        Path base = before ? own.getParent() : own;
        if (Delegation.of(base) != Delegation.GIVEN || !GroupDir.writable(base)) {
            return none(base + " is not delegated (systemd-run -p Delegate=yes, or name a group in " + VARIABLE + ")");
        }
        if (!before) {
            GroupDir.make(base.resolve("tests"));
            GroupDir.moveAll(base, base.resolve("tests"));
        }
        Controllers.enable(base);
        return new Cgroup2Ground(Optional.of(base), "");
    }

    List<String> controllers() {
        return List.of(
                text(base.orElseThrow().resolve("cgroup.subtree_control")).split(" "));
    }

    /** Makes a group for a test. */
    public Path make(String name) throws IOException {
        Path group = base.orElseThrow().resolve(name);
        GroupDir.make(group);
        return group;
    }

    /** Removes it with all below it; false while there are processes in it. */
    public static boolean remove(Path group) {
        try {
            return GroupDir.remove(group);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends all processes in it. */
    public static void kill(Path group) {
        GroupDir.write(group.resolve("cgroup.kill"), "1");
    }

    /** A control file's text. */
    static String text(Path file) {
        try {
            return Files.readString(file).trim();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a daemon finds that may use this group. */
    static CgroupHost host(Path group) throws IOException {
        return CgroupHost.detect(Path.of("/proc"), TREE, Optional.of("/" + TREE.relativize(group)));
    }
}
