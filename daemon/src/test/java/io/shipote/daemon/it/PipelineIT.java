package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandRef;
import io.shipote.card.PipelineSpec;
import io.shipote.card.wire.CommandCalls.WaitOut;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.PipelineCalls.RunPipelineOut;
import io.shipote.card.wire.PipelineCalls.RunSavedPipelineIn;
import io.shipote.card.wire.PipelineCalls.SavePipelineIn;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.ShipoteException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pipelines of real processes: data, statuses, failures. Each test leaves no process and no descriptor. */
@Tag("cgroup2")
@Timeout(60)
class PipelineIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Optional<String> ANY = Optional.empty();

    private static DaemonHarness daemon;
    private static Room room;
    private static String workspace;
    private static int descriptors;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        room = daemon.room();
        workspace = room.workspace("w");
        // What is loaded and opened once, whatever follows.
        assertEquals(
                0,
                ended(Specs.graph("warm", workspace, List.of("echo", "cat", "cat"), "0>1", "0>2"))
                        .status());
        await().atMost(SOON).until(() -> daemon.processes().isEmpty());
        descriptors = Processes.descriptorsBesideFigures(daemon.pid());
    }

    @AfterEach
    void nothingIsLeft() {
        await().atMost(SOON).untilAsserted(() -> assertEquals(List.of(), daemon.processes()));
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertEquals(descriptors, Processes.descriptorsBesideFigures(daemon.pid()), "descriptors"));
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    private static WaitOut ended(PipelineSpec spec) {
        return room.await(room.pipeline(spec).id());
    }

    private static Map<String, String> outputs(PipelineSpec spec) {
        String id = room.pipeline(spec).id();
        WaitOut end = room.await(id);
        assertEquals(0, end.status(), end::toString);
        assertEquals("exited", end.state());
        return room.outputs(id);
    }

    private static Map<String, Long> statuses(String pipeline) {
        Map<String, Long> all = new java.util.TreeMap<>();
        room.pipeline(pipeline)
                .stages()
                .forEach(s -> all.put(s.label(), s.status().orElse(-1L)));
        return all;
    }

    @Test
    void aChainPassesDataThroughAndTheLastStagesOutputIsInTheLog() {
        PipelineSpec spec = Specs.chain("chain", workspace, "seq 1 1000", "grep 7", "wc -l | tr -d ' '");
        assertEquals(Map.of("s2", "271\n"), outputs(spec));
    }

    @Test
    void aFanOutGivesEachConsumerEverything() {
        List<String> stages = List.of("seq 1 20000", "cksum", "cksum", "wc -l | tr -d ' '");
        Map<String, String> out = outputs(Specs.graph("out", workspace, stages, "0>1", "0>2", "0>3"));
        assertEquals(out.get("s1"), out.get("s2"));
        assertEquals("20000\n", out.get("s3"));
    }

    @Test
    void aFanInTakesAllOfEveryProducer() {
        List<String> stages = List.of("seq 1 5000", "seq 1 5000", "seq 1 5000", "wc -l | tr -d ' '");
        assertEquals(Map.of("s3", "15000\n"), outputs(Specs.graph("in", workspace, stages, "0>3", "1>3", "2>3")));
    }

    @Test
    void aDiamondEndsWithAllItsData() {
        List<String> stages = List.of("seq 1 1000", "sed s/^/a/", "sed s/^/b/", "sort | uniq | wc -l | tr -d ' '");
        PipelineSpec diamond = Specs.graph("diamond", workspace, stages, "0>1", "0>2", "1>3", "2>3");
        assertEquals(Map.of("s3", "2000\n"), outputs(diamond));
    }

    @Test
    void twentyStagesPassOneLine() {
        String[] stages = new String[20];
        java.util.Arrays.fill(stages, "exec cat");
        stages[0] = "echo through";
        assertEquals(Map.of("s19", "through\n"), outputs(Specs.chain("long", workspace, stages)));
    }

    @Test
    void aReaderThatHasEnoughEndsAnEndlessWriterWell() {
        RunPipelineOut direct = room.pipeline(Specs.chain("head", workspace, "exec yes", "exec head -1"));
        assertEquals(0, room.await(direct.id()).status());
        assertEquals(Map.of("s0", 141L, "s1", 0L), statuses(direct.id()));
        List<String> stages = List.of("exec yes", "exec head -1", "exec head -2");
        RunPipelineOut pumped = room.pipeline(Specs.graph("heads", workspace, stages, "0>1", "0>2"));
        assertEquals(0, room.await(pumped.id()).status());
        assertEquals(Map.of("s1", "y\n", "s2", "y\ny\n"), room.outputs(pumped.id()));
    }

    @Test
    void aStageThatFailsIsThePipelinesStatus() {
        for (String[] scripts : new String[][] {{"exit 3", "cat"}, {"echo x", "cat >/dev/null; exit 3"}}) {
            String id = room.pipeline(Specs.chain("fails", workspace, scripts)).id();
            WaitOut end = room.await(id);
            assertEquals(3, end.status(), end::toString);
            assertEquals("failed", end.state());
        }
    }

    @Test
    void aSupervisedPipelineIsRestartedAsAWholeUntilItSucceeds() throws Exception {
        Path flag = daemon.directory().resolve("once");
        String first = "if [ -e " + flag + " ]; then echo good; else touch " + flag + "; echo bad; exit 1; fi";
        PipelineSpec spec = Specs.supervised(Specs.chain("heals", workspace, first, "cat"));
        String id = room.pipeline(spec).id();
        assertEquals(0, room.await(id).status());
        PipelineStatus end = room.pipeline(id);
        assertEquals(1, end.restarts());
        assertTrue(end.supervised());
        assertEquals(Map.of("s1", "good\n"), room.outputs(id));
    }

    @Test
    void aStopEndsAllStagesAndNoneComesBack() {
        List<String> stages = List.of("exec sleep 600", "exec sleep 601", "exec sleep 602");
        PipelineSpec spec = Specs.supervised(Specs.graph("stops", workspace, stages, "0>1", "0>2"));
        RunPipelineOut run = room.pipeline(spec);
        assertEquals(3, run.stages().size());
        assertTrue(run.stages().stream().allMatch(s -> Processes.alive(s.pid())));
        daemon.client().pipelines().stop(run.id(), ANY, Optional.of(500L));
        assertEquals(List.of(), daemon.processes());
        assertEquals("stopped", room.pipeline(run.id()).state().word());
        assertEquals("stopped", room.await(run.id()).state());
    }

    @Test
    void savedPipelinesAreListedReplacedRunAndDropped() {
        ObjectNode spec =
                Specs.chain("saved", workspace, "echo ${greeting}", "cat").encode();
        SavePipelineIn save = new SavePipelineIn("hello", spec, ANY, Optional.empty());
        assertEquals(false, daemon.client().pipelines().save(save).replaced());
        Room.refused(ErrorCode.ALREADY_EXISTS, () -> daemon.client().pipelines().save(save));
        assertTrue(daemon.client()
                .pipelines()
                .save(new SavePipelineIn("hello", spec, ANY, Optional.of(true)))
                .replaced());
        assertEquals(
                List.of("hello"),
                daemon.client()
                        .pipelines()
                        .listSaved(Optional.empty(), Optional.empty())
                        .names());
        assertEquals(spec, daemon.client().pipelines().showSaved("hello").spec());
        String id = daemon.client()
                .pipelines()
                .runSaved(new RunSavedPipelineIn(
                        "hello",
                        ANY,
                        ANY.map(x -> true),
                        Optional.of(Map.of("greeting", "hi")),
                        ANY.map(x -> true),
                        Optional.empty()))
                .id();
        room.await(id);
        assertEquals(Map.of("s1", "hi\n"), room.outputs(id));
        daemon.client().pipelines().dropSaved("hello");
        Room.refused(ErrorCode.NOT_FOUND, () -> daemon.client().pipelines().dropSaved("hello"));
    }

    @Test
    void aBadGraphIsRefusedWithItsPlaceAndNothingRuns() {
        PipelineSpec cycle = Specs.graph("cycle", workspace, List.of("cat", "cat", "cat"), "0>1", "1>2", "2>0");
        assertTrue(problems(cycle).contains("s0"), problems(cycle));
        PipelineSpec missing = Specs.graph("missing", workspace, List.of("cat", "cat"), "0>7");
        assertTrue(problems(missing).contains("edges[0]"), problems(missing));
        assertTrue(daemon.client().pipelines().check(cycle.encode()).problems().size() >= 1);
        assertEquals(List.of(), daemon.processes());
    }

    private static String problems(PipelineSpec spec) {
        ShipoteException e = Room.refused(ErrorCode.INVALID_SPEC, () -> room.pipeline(spec));
        return e.getMessage() + e.fields().get("problems");
    }

    @Test
    void aStageThatCannotStartTakesTheOthersDown() {
        for (int bad = 0; bad < 3; bad++) {
            List<CommandRef> nodes =
                    new ArrayList<>(Specs.graph("x", workspace, List.of("exec sleep 600", "exec cat", "exec cat"))
                            .nodes());
            nodes.set(bad, CommandRef.nativeCommand("bad", "/nonexistent/stage", List.of()));
            PipelineSpec whole = Specs.graph("halves", workspace, List.of("", "", ""), "0>1", "0>2");
            PipelineSpec spec = PipelineSpec.of("halves", whole.workspace(), nodes, whole.edges());
            ShipoteException e = Room.refused(ErrorCode.NOT_STARTED, () -> room.pipeline(spec));
            assertEquals("2", String.valueOf(e.fields().get("errno")), e.getMessage());
            assertTrue(e.getMessage().contains("/nonexistent/stage"), e.getMessage());
            assertEquals(List.of(), daemon.processes());
        }
        for (CommandStatus each : room.commands(workspace)) {
            assertTrue(!each.state().live(), each::toString);
        }
        assertTrue(Files.isDirectory(daemon.state()));
    }
}
