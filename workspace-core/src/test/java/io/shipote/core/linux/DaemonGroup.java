package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * A group for a daemon under test, as a unit has with {@code Delegate=yes} and {@code DelegateSubgroup=daemon}; nothing
 * where there is no {@link Cgroup2Ground}.
 */
public final class DaemonGroup {
    private static final String ENTER = "echo 0 >\"$0\" && exec \"$@\"";

    private final Optional<Path> group;

    private DaemonGroup(Optional<Path> group) {
        this.group = group;
    }

    public static DaemonGroup make(String name) throws IOException {
        Cgroup2Ground ground = Cgroup2Ground.find();
        if (ground.base().isEmpty()) {
            return new DaemonGroup(Optional.empty());
        }
        Path group = ground.make(name);
        Optional<String> refused = GroupMark.DELEGATE.write(group, "1");
        if (refused.isPresent()) {
            throw new IOException(refused.get());
        }
        GroupDir.make(group.resolve(CgroupHost.DAEMON));
        return new DaemonGroup(Optional.of(group));
    }

    /** Where it is. */
    public Optional<Path> path() {
        return group;
    }

    /** The words before a command that make it run in the group's leaf for the daemon. */
    public List<String> prefix() {
        return prefix(CgroupHost.DAEMON + "/" + GroupDir.PROCS);
    }

    /** The same in the group itself, where a unit without a subgroup starts. */
    public List<String> prefixUndivided() {
        return prefix(GroupDir.PROCS);
    }

    private List<String> prefix(String procs) {
        return group.map(path ->
                        List.of("/bin/sh", "-c", ENTER, path.resolve(procs).toString()))
                .orElse(List.of());
    }

    /** Removes it; ends nobody, as nobody should be left. */
    public void remove() {
        group.ifPresent(path -> Awaitility.await()
                .alias("nobody is left in " + path)
                .atMost(Children.LIMIT)
                .until(() -> Cgroup2Ground.remove(path)));
    }
}
