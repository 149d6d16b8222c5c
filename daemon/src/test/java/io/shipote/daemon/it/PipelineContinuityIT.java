package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.PipelineSpec;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.PipelineCalls.ListPipelinesIn;
import io.shipote.card.wire.PipelineCalls.RunPipelineOut;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.StageStarted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pipelines over changes of the daemon: same ids, same pids, no data lost, nothing started twice. */
@Timeout(60)
class PipelineContinuityIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private DaemonHarness daemon;
    private Room room;
    private String workspace;

    @BeforeEach
    void start() throws Exception {
        daemon = DaemonHarness.started();
        room = daemon.room();
        workspace = room.workspace("w");
    }

    @AfterEach
    void end() throws Exception {
        daemon.close();
    }

    private Map<String, Long> pids(String pipeline) {
        return room.pipeline(pipeline).stages().stream()
                .collect(Collectors.toMap(CommandStatus::label, s -> s.pid().orElse(-1L), (a, b) -> a, TreeMap::new));
    }

    private static Map<String, Long> pids(RunPipelineOut run) {
        return run.stages().stream()
                .collect(Collectors.toMap(StageStarted::label, StageStarted::pid, (a, b) -> a, TreeMap::new));
    }

    @Test
    void aLivePipelineIsAdoptedOverAStopAndOverAKill() throws Exception {
        PipelineSpec spec = Specs.chain("live", workspace, "exec sleep 600", "exec cat");
        RunPipelineOut supervised = room.pipeline(Specs.supervised(spec));
        RunPipelineOut plain = room.pipeline(spec.withLabel("plain"));
        for (boolean kill : new boolean[] {false, true}) {
            if (kill) {
                daemon.kill9();
                daemon.start();
            } else {
                daemon.restart();
            }
            for (RunPipelineOut run : List.of(supervised, plain)) {
                PipelineStatus now = room.pipeline(run.id());
                assertEquals(JobState.RUNNING, now.state(), now::toString);
                assertEquals(pids(run), pids(run.id()));
                assertEquals(0, now.restarts());
            }
        }
        assertEquals(4, daemon.processes().size());
    }

    @Test
    void anAdoptedPipelineStillFlowsAndEndsWithAllItsData() throws Exception {
        Path gate = daemon.directory().resolve("gate");
        String wait = "until [ -e " + gate + " ]; do sleep 0.02; done; ";
        RunPipelineOut run =
                room.pipeline(Specs.chain("flows", workspace, "seq 1 500; " + wait + "seq 501 1000", "cat; echo end"));
        await().atMost(SOON).until(() -> daemon.processes().size() >= 2);
        daemon.kill9();
        daemon.start();
        Files.createFile(gate);
        room.await(run.id());
        String[] lines = room.outputs(run.id()).get("s1").split("\n");
        assertEquals(1_001, lines.length);
        assertEquals("end", lines[1_000]);
    }

    @Test
    void aSupervisedPipelineThatDiedWithoutADaemonIsStartedAgainUnderItsId() throws Exception {
        RunPipelineOut run =
                room.pipeline(Specs.supervised(Specs.chain("dies", workspace, "exec sleep 600", "exec cat")));
        daemon.kill9();
        for (StageStarted stage : run.stages()) {
            ProcessHandle.of(stage.pid()).ifPresent(handle -> {
                handle.destroyForcibly();
                handle.onExit().join();
            });
        }
        daemon.start();
        await().atMost(SOON).until(() -> room.pipeline(run.id()).state() == JobState.RUNNING);
        assertTrue(pids(run.id()).values().stream().allMatch(Processes::alive));
        assertEquals(2, daemon.processes().size());
        List<String> stages =
                run.stages().stream().map(StageStarted::command).sorted().toList();
        assertEquals(
                stages,
                room.pipeline(run.id()).stages().stream()
                        .map(CommandStatus::id)
                        .sorted()
                        .toList());
    }

    @Test
    void whatAUserStoppedStaysStoppedAndTheOtherRunsOn() throws Exception {
        PipelineSpec spec = Specs.supervised(Specs.chain("up", workspace, "exec sleep 600", "exec cat"));
        RunPipelineOut up = room.pipeline(spec);
        RunPipelineOut down = room.pipeline(spec.withLabel("down"));
        daemon.client().pipelines().stop(down.id(), Optional.empty(), Optional.of(500L));
        daemon.kill9();
        daemon.start();
        await().atMost(SOON).until(() -> room.pipeline(up.id()).state() == JobState.RUNNING);
        List<String> live = daemon
                .client()
                .pipelines()
                .list(new ListPipelinesIn(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()))
                .pipelines()
                .stream()
                .map(PipelineStatus::id)
                .toList();
        assertEquals(List.of(up.id()), live);
        assertEquals(2, daemon.processes().size());
    }
}
