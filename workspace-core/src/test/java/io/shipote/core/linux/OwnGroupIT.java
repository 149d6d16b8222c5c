package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.card.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A v2 group of our own on the real tree, of which the test's proc files make the only one. */
class OwnGroupIT {
    @TempDir
    Path directory;

    private Path tree;
    private Path own;

    @BeforeEach
    void moveIn() throws IOException {
        CgroupHost real = CgroupHost.detect();
        assumeTrue(real.own().containsKey(OwnGroups.UNIFIED), real.describe());
        tree = real.own().get(OwnGroups.UNIFIED);
        own = tree.resolve("test-own-" + LibC.getpid());
        GroupDir.make(own);
        assertEquals(Optional.empty(), enter(own));
        Path self = Files.createDirectories(directory.resolve("proc/self"));
        Files.writeString(self.resolve("mountinfo"), "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
        Files.writeString(self.resolve("cgroup"), "0::/" + own.getFileName() + "\n");
    }

    private static Optional<String> enter(Path group) {
        return GroupDir.write(group.resolve(GroupDir.PROCS), Integer.toString(LibC.getpid()));
    }

    @AfterEach
    void moveOut() throws IOException {
        if (own != null) {
            assertEquals(Optional.empty(), enter(tree));
            GroupDir.write(own.resolve("cgroup.kill"), "1");
            Awaitility.await().atMost(Children.LIMIT).until(() -> GroupDir.remove(own));
        }
    }

    private CgroupHost detect() throws IOException {
        return CgroupHost.detect(directory.resolve("proc"), tree);
    }

    @Test
    void daemonLeavesTheGroupThatItDivides() throws IOException {
        CgroupHost host = detect();
        assertEquals(CgroupHost.Mode.V2, host.mode());
        WorkspaceGroup workspace = host.workspace("w");
        assertEquals(List.of(), GroupDir.pids(own));
        assertEquals(List.of(LibC.getpid()), GroupDir.pids(own.resolve("daemon")));
        // What the next image of this process sees.
        Files.writeString(directory.resolve("proc/self/cgroup"), "0::/" + own.getFileName() + "/daemon\n");
        assertEquals(host.own(), detect().own());

        RunGroup run = workspace.run("r");
        try (Children children = new Children(directory)) {
            Spawned spawned = children.start(children.sh("exec sleep 600").withCgroups(run.procsFiles()));
            assertEquals(List.of(spawned.pid()), run.pids());
            assertTrue(run.kill());
            assertEquals(new ExitStatus.Signalled(Signals.KILL, false), Children.end(spawned));
        }
        Awaitility.await().atMost(Children.LIMIT).until(workspace::remove);
        assertTrue(host.removeRoot());
    }

    @Test
    void groupWithOthersInItIsLeftAlone() throws IOException {
        try (Children children = new Children(directory)) {
            children.start(children.sh("exec sleep 600").withCgroups(List.of(own.resolve(GroupDir.PROCS))));
            CgroupHost host = detect();
            assertEquals(CgroupHost.Mode.NONE, host.mode());
            assertEquals(
                    Optional.of("not applied: group shared (" + own + ")"),
                    host.workspace("w").set(Limit.PIDS_MAX, Optional.of("10")));
            assertEquals(List.of(), GroupDir.children(own));
        }
    }
}
