package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceCalls.WorkspaceStatsOut;
import io.shipote.client.Subscription;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Figures of real processes, sampled ten times a second. */
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
        ObjectNode last = samples().get(samples().size() - 1);
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
        double most = 0;
        for (int i = 0; i < 40 && most < 30; i++) {
            ObjectNode sample = seen.poll(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS);
            assertTrue(sample != null, "no more samples");
            most = Math.max(most, sample.path("cpu_percent").asDouble());
        }
        double percent = most;
        assertTrue(percent >= 30 && percent <= 130, () -> "cpu % " + percent);
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
        daemon.restart();
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
