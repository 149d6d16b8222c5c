package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.DaemonCalls.TopOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.FlowCalls.ListFlowsIn;
import io.shipote.card.wire.FlowCalls.ListFlowsOut;
import io.shipote.card.wire.FlowCalls.TapPipelineIn;
import io.shipote.card.wire.FlowStatus;
import io.shipote.client.Subscription;
import io.shipote.daemon.control.WireClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What flows between stages, listed. */
@Timeout(90)
class FlowIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Optional<String> ANY = Optional.empty();

    private static DaemonHarness daemon;
    private static String workspace;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        workspace = daemon.room().workspace("w");
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    private static ListFlowsIn of(Optional<String> target, Optional<String> after, Optional<Long> limit) {
        return new ListFlowsIn(target, ANY, after, limit);
    }

    private static ListFlowsOut flows(Optional<String> target) {
        return daemon.client().pipelines().flows(of(target, ANY, Optional.empty()));
    }

    @Test
    void everyEdgeOfEveryLivePipelineIsListedInPages() {
        String first = daemon.room()
                .pipeline(Specs.chain("first", workspace, "sleep 600", "cat", "cat"))
                .id();
        String second = daemon.room()
                .pipeline(Specs.graph("fan", workspace, List.of("sleep 600", "cat", "cat"), "0>1", "0>2"))
                .id();
        List<FlowStatus> all = new ArrayList<>();
        Optional<String> after = ANY;
        do {
            ListFlowsOut page = daemon.client().pipelines().flows(of(ANY, after, Optional.of(3L)));
            assertTrue(page.flows().size() <= 3);
            all.addAll(page.flows());
            after = page.next();
        } while (after.isPresent());
        List<String> seen = all.stream()
                .filter(flow -> flow.pipeline().equals(first) || flow.pipeline().equals(second))
                .map(flow -> flow.label() + " " + flow.edge() + " " + flow.from() + ">" + flow.to() + " " + flow.path())
                .toList();
        assertEquals(
                List.of("first 0 s0>s1 direct", "first 1 s1>s2 direct", "fan 0 s0>s1 pumped", "fan 1 s0>s2 pumped"),
                seen);
        daemon.client().pipelines().stop(first, ANY, Optional.of(1_000L));
        assertTrue(flows(ANY).flows().stream().noneMatch(flow -> flow.pipeline().equals(first)));
        daemon.client().pipelines().stop(second, ANY, Optional.of(1_000L));
    }

    @Test
    void aWatchedPipelineIsToldOfUntilItsEnd() throws Exception {
        String id = daemon.room()
                .pipeline(Specs.chain("brief", workspace, "sleep 600", "cat"))
                .id();
        BlockingQueue<ListFlowsOut> seen = new LinkedBlockingQueue<>();
        try (Subscription watch =
                daemon.client().pipelines().watchFlows(of(Optional.of(id), ANY, Optional.empty()), seen::add)) {
            ListFlowsOut one = seen.poll(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS);
            ListFlowsOut two = seen.poll(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS);
            assertTrue(two.atMs() - one.atMs() >= 900, "a second apart");
            daemon.client().pipelines().stop(id, ANY, Optional.of(1_000L));
            Room.join(watch);
        }
    }

    @Test
    void whatIsNotThereIsNotTapped() throws Exception {
        String id = daemon.room()
                .pipeline(Specs.chain("plain", workspace, "sleep 600", "cat", "cat"))
                .id();
        for (String edge : List.of("2", "nobody", "s1->s0")) {
            Room.refused(ErrorCode.NOT_FOUND, () -> daemon.client()
                    .pipelines()
                    .tap(new TapPipelineIn(id, ANY, edge, Optional.empty(), Optional.empty()))
                    .close());
        }
        Room.refused(ErrorCode.NOT_FOUND, () -> flows(Optional.of("nowhere")));
        Room.refused(ErrorCode.INVALID_SPEC, () -> daemon.client()
                .pipelines()
                .tap(new TapPipelineIn(id, ANY, "0", Optional.empty(), Optional.of(-1L)))
                .close());
        try (WireClient client = daemon.wire()) {
            String call = "{'method':'io.shipote.TapPipeline','parameters':{'target':'" + id + "','edge':'0'}}";
            assertTrue(client.ask(call).contains("must be called with upgrade"));
            assertTrue(client.ask("{'method':'io.shipote.Health'}").contains("\"pid\""));
        }
        Golden.check("tap-no-edge", daemon.directory(), daemon.cli("pipeline", "tap", "plain", "nobody"));
        daemon.client().pipelines().stop(id, ANY, Optional.of(1_000L));
        Room.refused(ErrorCode.WRONG_STATE, () -> daemon.client()
                .pipelines()
                .tap(new TapPipelineIn(id, ANY, "0", Optional.empty(), Optional.empty()))
                .close());
    }

    @Test
    void topShowsWhatUsesMostFirst() throws Exception {
        try (DaemonHarness own = DaemonHarness.started()) {
            Golden.check("top-empty", own.directory(), own.cli("top", "--once"));
            own.room().workspace("busy");
            String quiet = own.room().run("busy", Specs.command("sleep", "600")).id();
            String loud =
                    own.room().run("busy", Specs.shell("while :; do :; done")).id();
            BlockingQueue<TopOut> seen = new LinkedBlockingQueue<>();
            try (Subscription watch = own.client().watchTop(ANY, Optional.of(1L), seen::add)) {
                await().atMost(SOON).until(() -> {
                    TopOut next = seen.poll(SOON.toSeconds(), TimeUnit.SECONDS);
                    return next.runs()
                                            .get(0)
                                            .usage()
                                            .flatMap(usage -> usage.cpuPercent())
                                            .orElse(0.0)
                                    > 1
                            && next.runs().get(0).command().equals(loud)
                            && next.runs().size() == 1
                            && next.runsAlive() == 2
                            && !watch.done().isDone();
                });
            }
            CliResult once = own.cli("top", "--once", "-w", "busy");
            assertTrue(once.out().indexOf(loud) < once.out().indexOf(quiet), once::toString);
            CliResult json = own.cli("--json", "top", "--once", "--limit", "1");
            assertTrue(json.out().contains("\"runs_alive\": 2"), json::out);
        }
    }

    @Test
    void theCommandLineListsThem() throws Exception {
        try (DaemonHarness own = DaemonHarness.started()) {
            Golden.check("flow-list-empty", own.directory(), own.cli("flow", "list"));
            String other = own.room().workspace("x");
            own.room().pipeline(Specs.graph("fan", other, List.of("sleep 600", "cat", "cat"), "0>1", "0>2"));
            Golden.check("flow-list", own.directory(), own.cli("flow", "list"));
            Golden.check("flow-throughput", own.directory(), own.cli("flow", "throughput", "fan"));
            own.room().pipeline(Specs.chain("words", other, "sleep 600", "cat"));
            CliResult throughput = own.cli("flow", "throughput", "words");
            assertTrue(throughput.out().contains("s0->s1"), throughput::toString);
            CliResult json = own.cli("--json", "flow", "list", "-w", "x");
            assertTrue(json.out().contains("\"flows\"") && json.out().contains("\"bytes_per_s\""), json::out);
            CliResult top = own.cli("pipeline", "top", "words", "--once");
            assertEquals(0, top.status(), top::toString);
            assertTrue(top.out().startsWith("pipeline words: running; "), top::out);
        }
    }
}
