package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.FlowCalls.ListFlowsIn;
import io.shipote.card.wire.FlowCalls.TapPipelineIn;
import io.shipote.card.wire.FlowCalls.TapPipelineOut;
import io.shipote.card.wire.FlowStatus;
import io.shipote.card.wire.StreamEnd;
import io.shipote.client.Frame;
import io.shipote.client.Upgraded;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The bytes of an edge on their way to a client. */
@Timeout(90)
class TapIT {
    private static final Optional<String> ANY = Optional.empty();
    private static final int LINES = 200;

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

    /** A fan-out whose producer writes its lines once {@code go} is there. */
    private static String fan(String label, Path go, String consumer) {
        String producer = "while [ ! -e " + go + " ]; do sleep 0.05; done; seq " + LINES;
        return daemon.room()
                .pipeline(Specs.graph(label, workspace, List.of(producer, "cat", consumer), "0>1", "0>2"))
                .id();
    }

    private static Path gate(String name) {
        return daemon.directory().resolve(name);
    }

    private static Upgraded<TapPipelineOut> tap(String pipeline, String edge) {
        return daemon.client()
                .pipelines()
                .tap(new TapPipelineIn(pipeline, ANY, edge, Optional.empty(), Optional.empty()));
    }

    private static String sequence() {
        StringBuilder all = new StringBuilder();
        for (int i = 1; i <= LINES; i++) {
            all.append(i).append('\n');
        }
        return all.toString();
    }

    @Test
    void aTapOfAFanOutSeesEveryByteAndTheEnd() throws Exception {
        Path go = gate("all");
        String id = fan("all", go, "cat");
        try (Upgraded<TapPipelineOut> tap = tap(id, "s0->s2")) {
            assertEquals(1, tap.reply().edge());
            assertEquals(false, tap.reply().sampled());
            Files.createFile(go);
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            Frame frame = tap.stream().read();
            for (; frame instanceof Frame.Data data; frame = tap.stream().read()) {
                seen.writeBytes(data.bytes());
            }
            assertEquals(new Frame.End(StreamEnd.finished()), frame);
            assertEquals(sequence(), seen.toString(StandardCharsets.UTF_8));
        }
        assertEquals(0, daemon.room().await(id).status());
    }

    @Test
    void whoDetachesOrDoesNotReadHoldsNobodyUp() throws Exception {
        Path go = gate("lazy");
        String id = fan("lazy", go, "wc -l");
        try (Upgraded<TapPipelineOut> lazy = tap(id, "0")) {
            tap(id, "0").close();
            Files.createFile(go);
            assertEquals(0, daemon.room().await(id).status());
            assertEquals(LINES + "\n", daemon.room().outputs(id).get("s2"));
            assertInstanceOf(Frame.Data.class, lazy.stream().read());
        }
    }

    @Test
    void whatASlowReaderMissesIsCountedToTheByte() throws Exception {
        long total = 60_000_000;
        Path go = gate("slow");
        String id = daemon.room()
                .pipeline(Specs.graph(
                        "slow",
                        workspace,
                        List.of(
                                "while [ ! -e " + go + " ]; do sleep 0.05; done; head -c " + total + " /dev/zero",
                                "cat >/dev/null",
                                "wc -c"),
                        "0>1",
                        "0>2"))
                .id();
        try (Upgraded<TapPipelineOut> slow = tap(id, "1")) {
            Files.createFile(go);
            assertEquals(0, daemon.room().await(id).status());
            long seen = 0;
            long lost = 0;
            Frame frame = slow.stream().read();
            for (; !(frame instanceof Frame.End); frame = slow.stream().read()) {
                seen += frame instanceof Frame.Data data ? data.bytes().length : 0;
                lost += frame instanceof Frame.Gap gap ? gap.bytes() : 0;
                assertTrue(!(frame instanceof Frame.Gap gap) || gap.aboveRate() == 0, "no rate was asked for");
            }
            assertEquals(new Frame.End(StreamEnd.finished()), frame);
            assertEquals(total, seen + lost);
            assertTrue(lost > 0, "all " + seen + " bytes fitted");
        }
        assertEquals(total + "\n", daemon.room().outputs(id).get("s2"));
    }

    @Test
    void theCommandLineTellsWhatWasAboveTheRate() throws Exception {
        Path go = gate("rated");
        String id = daemon.room()
                .pipeline(Specs.graph(
                        "rated",
                        workspace,
                        List.of(
                                "while [ ! -e " + go + " ]; do sleep 0.05; done; head -c 4000000 /dev/zero",
                                "cat >/dev/null",
                                "cat >/dev/null"),
                        "0>1",
                        "0>2"))
                .id();
        Process text = daemon.cliProcess("pipeline", "tap", id, "0", "--rate", "16K");
        Process json = daemon.cliProcess("--json", "pipeline", "tap", id, "1", "--rate", "16K");
        Awaitility.await().atMost(java.time.Duration.ofSeconds(30)).until(() -> flows(id).stream()
                .allMatch(flow -> flow.taps() == 1));
        Files.createFile(go);
        String told = new String(text.getInputStream().readAllBytes(), StandardCharsets.UTF_8).replace("\0", "");
        assertTrue(told.contains(" bytes lost: above --rate"), told);
        assertTrue(!told.contains("too slowly"), told);
        String lines = new String(json.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(lines.matches("(?s).*\\{\"lost\":(\\d+),\"above_rate\":\\1\\}.*"), lines);
        assertEquals(0, Processes.ended(text));
        assertEquals(0, Processes.ended(json));
        daemon.room().await(id);
    }

    @Test
    void aTapOfADirectEdgeSaysThatItSeesSamples() throws Exception {
        String id = daemon.room()
                .pipeline(Specs.chain("direct", workspace, "while :; do echo line; done", "sleep 600"))
                .id();
        CliResult tap = daemon.cli("pipeline", "tap", id, "s0", "--bytes", "5");
        assertEquals(0, tap.status(), tap::toString);
        assertEquals(5, tap.out().length(), tap::toString);
        assertTrue(tap.err().startsWith("shipote: sampled: "), tap::err);
        Awaitility.await().atMost(java.time.Duration.ofSeconds(30)).until(() -> daemon.cli(
                        "pipeline", "top", id, "--once")
                .out()
                .contains("s1 holds the others up: its input s0->s1 is "));
        daemon.client().pipelines().stop(id, ANY, Optional.of(1_000L));
    }

    @Test
    void theCommandLineTapsAndEndsWithTheEdge() throws Exception {
        Path go = gate("cli");
        String id = fan("cli", go, "cat");
        Process tap = daemon.cliProcess("pipeline", "tap", id, "s0->s1");
        Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .until(() -> flows(id).get(0).taps() == 1);
        Files.createFile(go);
        String out = new String(tap.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, Processes.ended(tap));
        assertEquals(sequence(), out);
    }

    @Test
    void theCommandLineEndsAfterSoManyLinesOrBytes() throws Exception {
        String id = daemon.room()
                .pipeline(Specs.graph(
                        "endless",
                        workspace,
                        List.of("while :; do echo line; sleep 0.01; done", "cat", "cat >/dev/null"),
                        "0>1",
                        "0>2"))
                .id();
        CliResult lines = daemon.cli("pipeline", "tap", id, "1", "--lines", "3");
        assertEquals("line\nline\nline\n", lines.out(), lines::toString);
        assertEquals(0, lines.status());
        CliResult bytes = daemon.cli("pipeline", "tap", id, "1", "--bytes", "7");
        assertEquals(7, bytes.out().length(), bytes::toString);
        CliResult tail = daemon.cli("flow", "tail", id, "1", "--bytes", "5");
        assertEquals(5, tail.out().length(), tail::toString);
        CliResult json = daemon.cli("--json", "pipeline", "tap", id, "1", "--lines", "1");
        assertTrue(json.out().startsWith("{\"id\":\"" + id) && json.out().contains("\"data\":\""), json::out);
        List<FlowStatus> flows = flows(id);
        assertTrue(flows.stream().allMatch(flow -> flow.bytes() > 0 && !flow.sampled()), flows::toString);
        daemon.client().pipelines().stop(id, ANY, Optional.of(1_000L));
    }

    @Test
    void aStopOfTheDaemonEndsTheTapWithItsReason() throws Exception {
        try (DaemonHarness own = DaemonHarness.started()) {
            String other = own.room().workspace("x");
            String id = own.room()
                    .pipeline(Specs.graph("held", other, List.of("sleep 600", "cat", "cat"), "0>1", "0>2"))
                    .id();
            try (Upgraded<TapPipelineOut> tap =
                    own.client().pipelines().tap(new TapPipelineIn(id, ANY, "0", Optional.empty(), Optional.empty()))) {
                own.client().stopDaemon(Optional.empty(), Optional.empty());
                assertEquals(
                        StreamEnd.STOPPING,
                        assertInstanceOf(Frame.End.class, tap.stream().read())
                                .why()
                                .reason());
            }
            own.stop();
            own.start();
        }
    }

    private static List<FlowStatus> flows(String pipeline) {
        return daemon.client()
                .pipelines()
                .flows(new ListFlowsIn(Optional.of(pipeline), ANY, ANY, Optional.empty()))
                .flows();
    }
}
