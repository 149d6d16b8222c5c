package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.shipote.card.wire.Applied;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Groups that are taken away, locked or left behind. */
@Tag("cgroup2")
@Timeout(90)
class GroupsIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long MIB = 1 << 20;
    private static final Optional<String> ANY = Optional.empty();

    private static void assumeGroups(DaemonHarness daemon) {
        assumeTrue(
                !daemon.client().capabilities().cgroup().equals("none"), "this host has no group that may be written");
    }

    private static void removeGroups(String id) throws IOException {
        for (Path group : Processes.groups(id)) {
            try (Stream<Path> walk = Files.walk(group)) {
                for (Path each : walk.filter(Files::isDirectory)
                        .sorted(Comparator.reverseOrder())
                        .toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    @Test
    void aGroupThatWasRemovedUnderUsIsMadeAgainWithItsLimits() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            assumeGroups(daemon);
            String id = daemon.room().workspace(Specs.limited("w", 64 * MIB, 30));
            removeGroups(id);
            assertEquals(List.of(), Processes.groups(id));
            RunOut run = daemon.room().run(id, Specs.command("sleep", "600"));
            assertTrue(Processes.cgroup(run.pid()).contains("/shipote/" + id), Processes.cgroup(run.pid()));
            assertEquals(Optional.of("30"), Processes.groupFile(id, "pids.max"));
            assertEquals(
                    1,
                    daemon.client()
                            .workspaces()
                            .stats(id, Optional.of(1L))
                            .samples()
                            .size());
        }
    }

    @Test
    void emptyGroupsOfALostStateDirectoryAreRemovedAtTheNextStart() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            assumeGroups(daemon);
            String lost = daemon.room().workspace("lost");
            assertTrue(!Processes.groups(lost).isEmpty());
            daemon.kill9();
            Remains.delete(daemon.state());
            Files.createDirectories(daemon.state());
            daemon.start();
            await().atMost(SOON).until(() -> Processes.groups(lost).isEmpty());
        }
    }

    @Test
    void aTreeThatBecomesReadOnlyIsAClearErrorAndTheDaemonGoesOn() throws Exception {
        assumeTrue(LifecycleIT.isRoot(), "only root can mount");
        try (DaemonHarness daemon = DaemonHarness.through("unshare", "--mount", "--propagation", "private")) {
            daemon.start();
            assumeGroups(daemon);
            String id = daemon.room().workspace("w");
            RunOut run = daemon.room().run(id, Specs.command("sleep", "600"));
            remount(daemon.pid(), "ro");
            var refused =
                    Room.refused(ErrorCode.NOT_STARTED, () -> daemon.room().run(id, Specs.command("true")));
            assertTrue(refused.getMessage().contains("Read-only file system"), refused.getMessage());
            Applied not = daemon.client()
                    .workspaces()
                    .create(Specs.limited("late", 64 * MIB, 9))
                    .applied()
                    .get(0);
            assertEquals(Applied.Outcome.DEGRADED, not.outcome());
            daemon.client().commands().stop(run.id(), ANY, Optional.of(1_000L));
            remount(daemon.pid(), "rw");
            assertEquals(0, daemon.room().ended(id, Specs.command("true")).status());
        }
    }

    /** Every cgroup mount as the daemon sees it, and nobody else does. */
    private static void remount(long pid, String how) throws Exception {
        String script = "awk '$3 ~ /^cgroup/ { print $2 }' /proc/mounts"
                + " | while read -r at; do mount -o remount,bind," + how + " \"$at\" || exit 1; done";
        Process process = new ProcessBuilder("nsenter", "-t", Long.toString(pid), "-m", "/bin/sh", "-c", script)
                .inheritIO()
                .start();
        assertEquals(0, Processes.ended(process));
    }
}
