package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineOptions;
import io.shipote.card.PipelineOptions.Scope;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Shape;
import io.shipote.card.U64;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.PipelineStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Restart scopes, numbered ports and large pipelines with real processes. */
@Timeout(300)
class ScopeIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int LONG = 200;
    private static final int MANY = 100;

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

    private PipelineSpec streaming(Scope scope, long backoffMs, String... scripts) {
        PipelineSpec chain = Specs.chain("etl", workspace, scripts);
        List<Edge> edges = chain.edges().stream()
                .map(edge -> edge.withOptions(EdgeOptions.DEFAULT.withMode(EdgeOptions.Mode.STREAM)))
                .toList();
        return PipelineSpec.of("etl", chain.workspace(), chain.nodes(), edges)
                .withOptions(PipelineOptions.DEFAULT.withScope(scope))
                .withRestart(true, U64.of(backoffMs), U64.of(backoffMs), 0);
    }

    private CommandStatus stage(String id, int index) {
        return room.pipeline(id).stages().get(index);
    }

    private static void kill(CommandStatus stage) {
        ProcessHandle.of(stage.pid().orElseThrow()).orElseThrow().destroyForcibly();
    }

    private void awaitState(String id, int index, JobState state) {
        await().atMost(SOON).until(() -> stage(id, index).state() == state);
    }

    /** Each stage is killed in its turn; the data goes on through the pipes that its successor finds. */
    @Test
    void aStageThatDiesIsReplacedWhileTheOthersRunOn() throws Exception {
        Path go = daemon.directory().resolve("go");
        String source = "n=0; until [ -e " + go + " ]; do n=$((n+1)); echo $n; sleep 0.01; done";
        String id = room.pipeline(streaming(Scope.STAGE, 20, source, "exec cat", "exec tail -n 1"))
                .id();
        for (int index : List.of(1, 2, 1, 2)) {
            List<Optional<Long>> before =
                    room.pipeline(id).stages().stream().map(CommandStatus::pid).toList();
            kill(stage(id, index));
            await().atMost(SOON)
                    .until(() -> stage(id, index).state() == JobState.RUNNING
                            && !stage(id, index).pid().equals(before.get(index)));
            assertEquals(before.get(0), stage(id, 0).pid(), "the source runs on");
        }
        assertEquals(4, room.pipeline(id).restarts());
        Files.createFile(go);
        room.await(id);
        assertEquals(0, room.pipeline(id).status().orElseThrow());
        assertTrue(Integer.parseInt(room.outputs(id).get("s2").trim()) > 4);
    }

    @Test
    void aStageInBackoffIsStillSoAfterTheDaemonWasKilled() throws Exception {
        String id = room.pipeline(streaming(Scope.STAGE, 600_000, "exec sleep 1000", "exit 3", "exec cat"))
                .id();
        awaitState(id, 1, JobState.BACKOFF);
        CommandStatus before = stage(id, 1);
        Optional<Long> source = stage(id, 0).pid();
        daemon.kill9();
        daemon.start();
        awaitState(id, 1, JobState.BACKOFF);
        CommandStatus after = stage(id, 1);
        assertEquals(before.nextTryMs(), after.nextTryMs());
        assertEquals(1, after.retry().orElseThrow().sinceReset());
        assertEquals(source, stage(id, 0).pid());
        daemon.client().commands().retryNow(id, Optional.empty());
        await().atMost(SOON).until(() -> stage(id, 1).retry().orElseThrow().sinceReset() == 2);
        assertEquals(source, stage(id, 0).pid());
        daemon.client().pipelines().stop(id, Optional.empty(), Optional.empty());
        assertEquals(JobState.STOPPED, room.pipeline(id).state());
        Room.refused(ErrorCode.WRONG_STATE, () -> daemon.client().commands().retryNow(id, Optional.empty()));
    }

    @Test
    void aStageAndAllItFeedsAreReplaced() {
        String id = room.pipeline(streaming(Scope.DOWNSTREAM, 20, "exec sleep 1000", "exec cat", "exec cat"))
                .id();
        List<Optional<Long>> before =
                room.pipeline(id).stages().stream().map(CommandStatus::pid).toList();
        kill(stage(id, 1));
        await().atMost(SOON).until(() -> List.of(1, 2).stream()
                .allMatch(i -> stage(id, i).state() == JobState.RUNNING
                        && !stage(id, i).pid().equals(before.get(i))));
        assertEquals(before.get(0), stage(id, 0).pid());
        daemon.client().pipelines().stop(id, Optional.empty(), Optional.empty());
    }

    @Test
    void anyDescriptorCanBeJoinedToAnyOther() {
        PipelineSpec plain = Specs.graph(
                "ports",
                workspace,
                List.of("echo out; echo three >&3; echo seven >&7", "cat <&4; echo done", "cat <&5; cat"));
        PipelineSpec spec = PipelineSpec.of(
                "ports",
                plain.workspace(),
                plain.nodes(),
                List.of(
                        new Edge(0, "3", 1, "4", Shape.NEW),
                        new Edge(0, "7", 2, "5", Shape.NEW),
                        new Edge(1, "stdout", 2, "stdin", Shape.NEW)));
        String id = room.pipeline(spec).id();
        room.await(id);
        assertEquals(Map.of("s0", "out\n", "s2", "seven\nthree\ndone\n"), room.outputs(id));
        assertEquals(0, room.pipeline(id).status().orElseThrow());
    }

    @Test
    void twoHundredStages() {
        String[] scripts = new String[LONG];
        Arrays.fill(scripts, "exec cat");
        scripts[0] = "seq 1 1000";
        scripts[LONG - 1] = "exec wc -l";
        String id = room.pipeline(Specs.chain("long", workspace, scripts)).id();
        room.await(id);
        assertEquals("1000\n", room.outputs(id).get("s" + (LONG - 1)));
        scripts[0] = "exec sleep 1000";
        String endless =
                room.pipeline(Specs.chain("endless", workspace, scripts)).id();
        assertEquals(
                LONG,
                daemon.client()
                        .pipelines()
                        .stop(endless, Optional.empty(), Optional.empty())
                        .ended());
    }

    @Test
    void aHundredPipelinesAtOnce() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            ids.add(room.pipeline(Specs.chain("p" + i, workspace, "exec sleep 1000", "exec cat"))
                    .id());
        }
        for (String id : ids) {
            PipelineStatus status = room.pipeline(id);
            assertEquals(JobState.RUNNING, status.state(), status.why());
        }
        ids.forEach(id -> daemon.client().pipelines().stop(id, Optional.empty(), Optional.of(10_000L)));
        ids.forEach(id -> assertEquals(JobState.STOPPED, room.pipeline(id).state()));
    }
}
