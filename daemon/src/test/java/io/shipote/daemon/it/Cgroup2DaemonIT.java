package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.Applied;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.Limits;
import io.shipote.card.wire.WorkspaceCalls.SetWorkspaceIn;
import io.shipote.core.linux.Cgroup2;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A daemon that has a delegated group of a pure v2 tree. */
@Cgroup2
@Timeout(120)
class Cgroup2DaemonIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final long MIB = 1 << 20;

    private static String group(long pid) {
        return Processes.cgroup(pid).strip();
    }

    @Test
    void inAGroupOfItsOwnTheDaemonMovesIntoALeafAndDividesTheRest() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.prepared().undivided().start()) {
            String before = group(daemon.pid());
            assertEquals("v2", daemon.client().capabilities().cgroup());
            String id = daemon.room().workspace(Specs.limited("w", 64 * MIB, 30));
            assertEquals(before + "/daemon", group(daemon.pid()));
            RunOut run = daemon.room().run(id, Specs.command("sleep", "600"));
            assertEquals(before + "/shipote/" + id + "/" + run.run(), group(run.pid()));
            assertEquals(List.of("memory.max"), limits(id));
        }
    }

    /** Which of the limits' files holds one. */
    private static List<String> limits(String id) {
        return List.of("memory.max", "cpu.max", "memory.high").stream()
                .filter(file -> !Processes.groupFile(id, file).orElse("max").startsWith("max"))
                .toList();
    }

    @Test
    void afterAKillTheNextDaemonAdoptsReadsAndLimitsWhatRuns() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            String id = daemon.room().workspace(Specs.limited("w", 64 * MIB, 30));
            RunOut run = daemon.room().run(id, Specs.shell("(sleep 600 &) ; exec sleep 601"));
            await().atMost(SOON).until(() -> daemon.processes().size() == 2);
            String where = group(run.pid());
            daemon.kill9();
            daemon.start();
            assertEquals(Optional.of(run.pid()), daemon.room().command(run.id()).pid());
            assertEquals(where, group(run.pid()));
            await().atMost(SOON).until(() -> sampled(daemon, id));
            assertEquals(
                    List.of(Applied.applied("shipote.mem_high"), Applied.applied("shipote.cpu_quota")),
                    daemon.client().workspaces().set(change(id)).applied().orElseThrow());
            assertEquals(List.of("memory.max", "cpu.max", "memory.high"), limits(id));
            assertEquals(Optional.of("150000 100000"), Processes.groupFile(id, "cpu.max"));
            daemon.kill9();
            daemon.start();
            assertEquals(
                    150L,
                    daemon.client()
                            .workspaces()
                            .quota(id)
                            .limits()
                            .orElseThrow()
                            .cpuQuota()
                            .orElseThrow());
            daemon.client().commands().stop(run.id(), Optional.empty(), Optional.of(1_000L));
            assertEquals(List.of(), daemon.processes());
        }
    }

    private static SetWorkspaceIn change(String id) {
        Limits limits = new Limits(
                Optional.empty(),
                Optional.of(32 * MIB),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(150L),
                Optional.empty(),
                Optional.empty());
        return new SetWorkspaceIn(id, Optional.empty(), Optional.empty(), Optional.of(limits), Optional.empty());
    }

    private static boolean sampled(DaemonHarness daemon, String id) {
        return daemon.client().workspaces().stats(id, Optional.of(1L)).samples().stream()
                .anyMatch(sample -> sample.path("source").asText().equals("cgroup")
                        && sample.path("rss_bytes").asLong() > 0);
    }

    @Test
    void aCommandThatRunsOutOfMemoryIsKilledAndCounted() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            String id = daemon.room().workspace(Specs.limited("w", 32 * MIB, 30));
            assertEquals(
                    137,
                    daemon.room()
                            .ended(id, Specs.command("dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1"))
                            .status());
            String events = Processes.groupFile(id, "memory.events").orElse("");
            assertTrue(events.contains("oom_kill 1"), events);
        }
    }
}
