package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineSpec;
import io.shipote.card.wire.JobState;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.pipeline.Wiring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The data path between real stages: stream edges, stages that stand still, sinks that are full, many at once. */
@Timeout(120)
class DataPathIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private static DaemonHarness daemon;
    private static Room room;
    private static String workspace;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        room = daemon.room();
        workspace = room.workspace("w");
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    @AfterEach
    void nothingIsLeft() {
        await().atMost(SOON).untilAsserted(() -> assertEquals(List.of(), daemon.processes()));
    }

    private static PipelineSpec with(PipelineSpec spec, EdgeOptions.Mode mode, boolean tap, Optional<Long> bytes) {
        List<Edge> edges = new ArrayList<>();
        EdgeOptions options = new EdgeOptions(mode, EdgeOptions.Merge.LINES, bytes, tap);
        spec.edges().forEach(edge -> edges.add(edge.withOptions(options)));
        return PipelineSpec.of(spec.label(), spec.workspace(), spec.nodes(), edges);
    }

    private static Map<String, String> outputs(PipelineSpec spec) {
        String id = room.pipeline(spec).id();
        assertEquals(0, room.await(id).status(), () -> room.pipeline(id).toString());
        return room.outputs(id);
    }

    @Test
    void streamEdgesPassTheEndOnceTheirProducersAreDone() {
        for (boolean tap : new boolean[] {false, true}) {
            PipelineSpec chain = Specs.chain("stream", workspace, "seq 1 1000", "cat", "wc -l | tr -d ' '");
            assertEquals(Map.of("s2", "1000\n"), outputs(with(chain, EdgeOptions.Mode.STREAM, tap, Optional.empty())));
        }
        PipelineSpec fan = Specs.graph(
                "fan", workspace, List.of("seq 1 1000", "cat", "cat", "wc -l | tr -d ' '"), "0>1", "0>2", "1>3", "2>3");
        assertEquals(Map.of("s3", "2000\n"), outputs(with(fan, EdgeOptions.Mode.STREAM, false, Optional.empty())));
    }

    @Test
    void aConsumerThatIsDoneEndsItsProducerThroughEveryKindOfEdge() {
        for (EdgeOptions.Mode mode : EdgeOptions.Mode.values()) {
            for (boolean tap : new boolean[] {false, true}) {
                PipelineSpec chain = Specs.chain("head", workspace, "exec yes", "exec head -1");
                assertEquals(Map.of("s1", "y\n"), outputs(with(chain, mode, tap, Optional.of(8_192L))));
            }
        }
        PipelineSpec in = Specs.graph("in", workspace, List.of("exec yes", "exec yes", "exec head -1"), "0>2", "1>2");
        assertEquals(Map.of("s2", "y\n"), outputs(in));
    }

    @Test
    void aStageThatStandsStillHoldsUpTheOthersAndLosesNothing() throws Exception {
        Path gate = daemon.directory().resolve("gate");
        List<String> stages =
                List.of("seq 1 300000", "echo $$ > " + gate + "; kill -STOP $$; exec sha256sum", "exec sha256sum");
        PipelineSpec spec = Specs.graph("still", workspace, stages, "0>1", "0>2");
        String id = room.pipeline(spec).id();
        await().atMost(SOON).until(() -> Files.exists(gate) && Files.size(gate) > 1);
        String pid = Files.readString(gate).trim();
        await().atMost(SOON)
                .until(() -> Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") T "));
        await().atMost(SOON)
                .until(() -> daemon.cli("pipeline", "top", id, "--once").out().contains("s1 holds the others up"));
        new ProcessBuilder("kill", "-CONT", pid).start().waitFor();
        assertEquals(0, room.await(id).status());
        Map<String, String> sums = room.outputs(id);
        assertEquals(sums.get("s1"), sums.get("s2"));
    }

    @Test
    void aSinkWithoutSpaceFailsThePipelineAndTheOtherGetsAll() {
        List<String> stages = List.of("seq 1 200000", "cat > /dev/full", "wc -l | tr -d ' '");
        String id = room.pipeline(Specs.graph("full", workspace, stages, "0>1", "0>2"))
                .id();
        assertEquals(1, room.await(id).status());
        assertEquals(JobState.FAILED, room.pipeline(id).state());
        assertEquals("200000\n", room.outputs(id).get("s2"));
    }

    /** A pipe of the pump's own is made too small by somebody else, so that what is copied into it does not fit. */
    private static void shrinkAShare(String id, PipelineSpec spec) throws Exception {
        int share = Wiring.of(spec, false).splits().get(0).shares().get(0);
        int holder = Math.toIntExact(room.pipeline(id).holders().orElseThrow().get(0));
        try (Stream<Path> files = Files.walk(daemon.state().resolve("runs"))) {
            for (Path file : files.filter(one -> one.endsWith("run.json")).toList()) {
                JsonNode record = RecordText.last(file);
                if (record.path("pid").asInt() == holder) {
                    String pipe = record.at("/holds/ends/" + share + "r").asText();
                    try (Pipe opened = Pipe.of(
                            Pipe.reopen(holder, pipe, Fd.Access.READ).orElseThrow(),
                            Pipe.reopen(holder, pipe, Fd.Access.WRITE).orElseThrow())) {
                        assertEquals(4_096, opened.resize(4_096));
                    }
                }
            }
        }
    }

    @Test
    void aPumpThatFailsEndsThePipelineWithTheReasonAndASupervisedOneComesBack() throws Exception {
        Path gate = daemon.directory().resolve("flow");
        String source = "until [ -e " + gate + " ]; do sleep 0.05; done; seq 1 100000; exec sleep 600";
        PipelineSpec spec = Specs.graph(
                "torn", workspace, List.of(source, "exec cat >/dev/null", "exec cat >/dev/null"), "0>1", "0>2");
        String plain = room.pipeline(spec).id();
        String again = room.pipeline(Specs.supervised(spec)).id();
        shrinkAShare(plain, spec);
        shrinkAShare(again, spec);
        Files.createFile(gate);
        assertEquals(125, room.await(plain).status());
        String why = room.pipeline(plain).why();
        assertTrue(why.startsWith("the pump of s0 to s1, s0 to s2 failed: a fan-out moved 4096 bytes"), why);
        await().atMost(SOON)
                .until(() -> room.pipeline(again).restarts() == 1
                        && room.pipeline(again).state() == JobState.RUNNING);
        daemon.client().pipelines().stop(again, Optional.empty(), Optional.empty());
    }

    @Test
    void twoHundredStagesPassAll() {
        String[] stages = new String[200];
        java.util.Arrays.fill(stages, "exec cat");
        stages[0] = "exec seq 1 50000";
        stages[199] = "wc -l | tr -d ' '";
        assertEquals(Map.of("s199", "50000\n"), outputs(Specs.chain("long", workspace, stages)));
    }

    @Test
    void aHundredFannedPipelinesAtOnce() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            List<String> stages = List.of("seq 1 2000", "cat", "cat", "sort -n | wc -l | tr -d ' '");
            ids.add(room.pipeline(Specs.graph("many" + i, workspace, stages, "0>1", "0>2", "1>3", "2>3"))
                    .id());
        }
        for (String id : ids) {
            assertEquals(0, room.await(id).status());
            assertTrue(room.outputs(id).get("s3").equals("4000\n"));
        }
    }
}
