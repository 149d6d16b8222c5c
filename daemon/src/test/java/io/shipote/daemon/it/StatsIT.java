package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.QuotaAction;
import io.shipote.card.QuotaEnforce;
import io.shipote.card.Shape;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.QuotaBreach;
import io.shipote.card.wire.ResourceUsage;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceCalls.WorkspaceStatsIn;
import io.shipote.card.wire.WorkspaceCalls.WorkspaceStatsOut;
import io.shipote.client.Subscription;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Figures of real processes, sampled ten times a second. */
@Tag("cgroup2")
@Timeout(60)
class StatsIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    /** What upstream keeps of a workspace's history. */
    private static final int KEPT = 16;

    private DaemonHarness daemon;
    private String workspace;

    @BeforeEach
    void start() throws Exception {
        daemon = DaemonHarness.prepared();
        Files.writeString(daemon.config(), "sample_interval_ms = 100\n");
        daemon.start();
        workspace = daemon.room().workspace("w");
    }

    @AfterEach
    void end() throws Exception {
        daemon.close();
    }

    private List<ObjectNode> samples() {
        return daemon.client().workspaces().stats(workspace, Optional.empty()).samples();
    }

    @Test
    void samplesArriveOnTheirOwnWithTheirSource() {
        daemon.room().run(workspace, Specs.command("sleep", "600"));
        await().atMost(SOON).until(() -> samples().size() >= 3);
        List<ObjectNode> arrived = samples();
        ObjectNode last = arrived.get(arrived.size() - 1);
        assertEquals(1, last.path("commands_alive").asInt());
        assertTrue(last.path("rss_bytes").asLong() > 0, last::toString);
        assertTrue(last.path("at_ms").asLong() > 0, last::toString);
        assertTrue(List.of("cgroup", "proc").contains(last.path("source").asText()), last::toString);
        assertEquals(
                1,
                daemon.client()
                        .workspaces()
                        .stats(workspace, Optional.of(1L))
                        .samples()
                        .size());
    }

    @Test
    void aSpinnerUsesAboutOneProcessorAndTheWatcherSeesIt() throws Exception {
        BlockingQueue<ObjectNode> seen = new ArrayBlockingQueue<>(10_000);
        Subscription watch = daemon.client()
                .workspaces()
                .watchStats(workspace, Optional.empty(), (WorkspaceStatsOut r) -> seen.addAll(r.samples()));
        daemon.room().run(workspace, Specs.shell("while :; do :; done"));
        List<Double> percents = new ArrayList<>();
        // A host that is busy, or whose clock is not even, gives single samples that say less or more.
        while (percents.size() < 40 && percents.stream().noneMatch(percent -> percent >= 30 && percent <= 130)) {
            ObjectNode sample = seen.poll(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS);
            assertTrue(sample != null, "no more samples");
            percents.add(sample.path("cpu_percent").asDouble());
        }
        assertTrue(percents.size() < 40, () -> "cpu % " + percents);
        watch.close();
    }

    @Test
    void theLastSixteenAreInTheSnapshotAndComeBackAsPersisted() throws Exception {
        daemon.room().run(workspace, Specs.command("sleep", "600"));
        await().atMost(SOON).until(() -> samples().size() > KEPT);
        daemon.client()
                .workspaces()
                .set(new io.shipote.card.wire.WorkspaceCalls.SetWorkspaceIn(
                        workspace, Optional.of(3_600_000L), Optional.empty()));
        assertTrue(daemon.client().saveSnapshot().written());
        JsonNode state = CardJson.parse(Files.readAllBytes(daemon.state().resolve("state.json")));
        JsonNode history = state.at("/workspaces/0/stats_history");
        assertEquals(KEPT, history.size());
        assertTrue(history.get(0).has("rss_bytes") && !history.get(0).has("source"), history::toString);
        daemon.client().workspaces().stop(workspace, Optional.of(0L));
        assertEquals(0, daemon.stop());
        // Without a history of our own, as after an import from upstream.
        Files.delete(daemon.state().resolve("history").resolve(workspace));
        daemon.start();
        List<ObjectNode> restored = samples();
        assertEquals(KEPT, restored.size());
        assertTrue(restored.stream().allMatch(s -> s.path("source").asText().equals("persisted")), restored::toString);
    }

    @Test
    void aQuotaAnswersWithItsLimitsAndBreaches() {
        String small = daemon.room().workspace(Specs.limited("small", 1 << 30, 100));
        var quota = daemon.client().workspaces().quota(small);
        assertEquals(Optional.of(100L), quota.nprocLimit());
        assertEquals(1 << 30, quota.memLimit().orElseThrow().asLong());
        assertEquals(List.of(), quota.breaches());
    }

    private static List<Long> times(List<ObjectNode> samples) {
        return samples.stream().map(s -> s.path("at_ms").asLong()).toList();
    }

    @Test
    void theHistoryGoesOnOverAnOrderlyStopAndItsGapIsAGap() throws Exception {
        daemon.room().run(workspace, Specs.command("sleep", "600"));
        await().atMost(SOON).until(() -> samples().size() > 5);
        List<Long> before = times(samples());
        daemon.restart();
        await().atMost(SOON).until(() -> samples().size() > before.size() + 5);
        List<ObjectNode> after = samples();
        List<Long> times = times(after);
        assertEquals(before, times.subList(0, before.size()));
        for (int i = 1; i < times.size(); i++) {
            assertTrue(times.get(i) > times.get(i - 1), times::toString);
        }
        assertTrue(after.stream().noneMatch(s -> s.path("cpu_percent").asDouble() < 0), () -> "negative in " + after);
        assertTrue(Files.exists(daemon.state().resolve("history").resolve(workspace)));
        daemon.client().workspaces().delete(workspace, Optional.of(0L));
        await().atMost(SOON)
                .until(() -> Files.notExists(daemon.state().resolve("history").resolve(workspace)));
    }

    @Test
    void tiersAreAnsweredAsAskedFor() {
        daemon.room().run(workspace, Specs.command("sleep", "600"));
        await().atMost(SOON).until(() -> !samples().isEmpty());
        var minute = daemon.client()
                .workspaces()
                .stats(new WorkspaceStatsIn(workspace, Optional.empty(), Optional.of("60s"), Optional.empty()));
        assertEquals(Optional.of("60s"), minute.tier());
        assertEquals(Optional.of(60_000L), minute.intervalMs());
        assertTrue(minute.samples().size() >= 1, minute::toString);
        var hours = daemon.client()
                .workspaces()
                .stats(new WorkspaceStatsIn(workspace, Optional.empty(), Optional.empty(), Optional.of(3_600_000L)));
        assertEquals(Optional.of("10s"), hours.tier());
        Room.refused(ErrorCode.INVALID_SPEC, () -> daemon.client()
                .workspaces()
                .stats(new WorkspaceStatsIn(workspace, Optional.empty(), Optional.of("5s"), Optional.empty())));
    }

    @Test
    void whatACommandUsedInAllOutlivesItAndTheDaemon() throws Exception {
        var run = daemon.room().run(workspace, Specs.shell("i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done"));
        daemon.room().await(run.id());
        ResourceUsage used = daemon.room().command(run.id()).usage().orElseThrow();
        assertEquals("total", used.source());
        assertTrue(used.cpuUsec().orElseThrow() > 10_000, used::toString);
        assertTrue(used.memoryPeakBytes().orElseThrow() > 100 * 1024, used::toString);
        daemon.restart();
        assertEquals(Optional.of(used), daemon.room().command(run.id()).usage());
    }

    @Test
    void aQuotaThatTheKernelCannotKeepIsKeptByTheSampler() throws Exception {
        try (DaemonHarness bare = DaemonHarness.prepared()) {
            Files.writeString(bare.config(), "sample_interval_ms = 100\ncgroups = \"off\"\n");
            bare.start();
            WorkspaceSpec spec = Specs.limited("small", 64 << 20, 100)
                    .withQuotaEnforce(new QuotaEnforce(QuotaAction.KILL, QuotaAction.LOG, Shape.NEW));
            String small = bare.room().workspace(spec);
            var modest = bare.room().run(small, Specs.command("sleep", "600"));
            var greedy = bare.room().run(small, Specs.shell("head -c 200000000 /dev/zero | tail | sleep 600"));
            bare.room().await(greedy.id());
            CommandStatus ended = bare.room().command(greedy.id());
            assertEquals(Optional.of("quota"), ended.endedBy());
            assertTrue(ended.why().contains("ended by quota (memory: "), ended.why());
            assertTrue(Processes.alive(modest.pid()));
            var quota = bare.client().workspaces().quota(small);
            assertEquals(Optional.of("sampler"), quota.memBy());
            QuotaBreach breach = quota.breachLog().orElseThrow().get(0);
            assertEquals(Optional.of(greedy.id()), breach.command());
            assertEquals("killed", breach.outcome());
            assertTrue(breach.used() > 64 << 20, breach::toString);
            String why = bare.cli("why", small).out();
            assertTrue(why.contains("killed by the sampler: command " + greedy.id()), why);
            assertTrue(why.contains("(" + greedy.id() + ") was ended for a limit at "), why);
            bare.restart();
            String later = bare.cli("why", small).out();
            assertTrue(later.contains("(" + greedy.id() + ") was ended for a limit at "), later);
            assertFalse(later.contains("were reached"), later);
        }
    }

    @Test
    void aQuotaThatTheKernelKeepsIsToldOf() throws IOException {
        assumeTrue(
                !daemon.client().capabilities().cgroup().equals("none"), "this host has no group that may be written");
        String small = daemon.room().workspace(Specs.limited("small", 32 << 20, 100));
        var before = daemon.client().workspaces().quota(small);
        assumeTrue(before.memBy().equals(Optional.of("kernel")), "this host has no memory controller");
        daemon.room().ended(small, Specs.shell("head -c 200000000 /dev/zero | tail"));
        await().atMost(SOON)
                .until(() ->
                        daemon.client().workspaces().quota(small).breachCount().orElse(0L) > 0);
        QuotaBreach breach = daemon.client()
                .workspaces()
                .quota(small)
                .breachLog()
                .orElseThrow()
                .get(0);
        assertEquals("kernel", breach.by());
        assertEquals("killed", breach.outcome());
        String why = daemon.cli("why", small).out();
        assertTrue(why.contains("limit " + (32 << 20) + ", killed by the kernel"), why);
    }

    @Test
    void aWatchEndsWhenItsWorkspaceIsDeleted() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Subscription watch =
                daemon.client().workspaces().watchStats(workspace, Optional.empty(), r -> begun.countDown());
        assertTrue(begun.await(SOON.toSeconds(), TimeUnit.SECONDS));
        daemon.client().workspaces().delete(workspace, Optional.empty());
        CompletionException end = assertThrows(
                CompletionException.class,
                () -> watch.done().orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join());
        assertEquals(ErrorCode.NOT_FOUND, ((ShipoteException) end.getCause()).code());
    }
}
