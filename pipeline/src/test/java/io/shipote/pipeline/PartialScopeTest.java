package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CommandRef;
import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineOptions;
import io.shipote.card.PipelineOptions.Scope;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Shape;
import io.shipote.card.Supervision;
import io.shipote.card.U64;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.core.EndedBy;
import io.shipote.core.Workspace;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Pipelines whose stages are restarted by themselves. */
final class PartialScopeTest {
    private final PipelineFixture f = PipelineFixture.fresh();
    private final Workspace w = f.core.workspace("web");

    private PipelineSpec spec(Scope scope, long max) {
        PipelineSpec chain = PipelineFixture.chain(w.id(), "etl", "a", "b", "c");
        List<Edge> edges = chain.edges().stream()
                .map(edge -> edge.withOptions(EdgeOptions.DEFAULT.withMode(EdgeOptions.Mode.STREAM)))
                .toList();
        PipelineSpec spec = PipelineSpec.of("etl", w.id(), chain.nodes(), edges)
                .withOptions(PipelineOptions.DEFAULT.withScope(scope));
        return PipelineFixture.supervised(spec, max);
    }

    private static CommandStatus stage(Pipeline pipeline, int index) {
        return status(pipeline).stages().get(index);
    }

    private static PipelineStatus status(Pipeline pipeline) {
        return pipeline.status(record -> 0);
    }

    private void exit(String label, int code) {
        f.child(label).exit(code);
        f.core.settle();
    }

    @Test
    void onlyTheStageThatFailedGetsANewProcess() {
        Pipeline pipeline = f.run(w, spec(Scope.STAGE, 5));
        long a = stage(pipeline, 0).pid().orElseThrow();
        long b = stage(pipeline, 1).pid().orElseThrow();
        exit("b", 1);
        assertEquals(JobState.RUNNING, pipeline.state());
        assertEquals(JobState.BACKOFF, stage(pipeline, 1).state());
        assertEquals("exit 1; restart 1 of 5 after 100 ms", stage(pipeline, 1).why());
        assertTrue(pipeline.why().contains("stage 'b': exit 1; restart 1 of 5"), pipeline.why());
        assertEquals(1, stage(pipeline, 1).retry().orElseThrow().sinceReset());
        f.core.pass(Duration.ofMillis(100));
        assertEquals(a, stage(pipeline, 0).pid().orElseThrow());
        assertTrue(b < stage(pipeline, 1).pid().orElseThrow());
        assertEquals(JobState.RUNNING, stage(pipeline, 1).state());
        assertEquals(1, pipeline.restarts());
        assertTrue(stage(pipeline, 1).retry().orElseThrow().resetsAtMs().isPresent());
    }

    @Test
    void whatItFeedsGoesWithIt() {
        Pipeline pipeline = f.run(w, spec(Scope.DOWNSTREAM, 0));
        long a = stage(pipeline, 0).pid().orElseThrow();
        long c = stage(pipeline, 2).pid().orElseThrow();
        exit("b", 1);
        assertEquals(List.of(15), f.child("c").signals());
        f.core.pass(Duration.ofMillis(100));
        assertEquals(a, stage(pipeline, 0).pid().orElseThrow());
        assertTrue(c < stage(pipeline, 2).pid().orElseThrow());
        assertEquals(3, pipeline.liveRuns().size());
    }

    @Test
    void itSettlesWhenAllAreDone() {
        Pipeline pipeline = f.run(w, spec(Scope.STAGE, 0));
        exit("a", 0);
        exit("b", 0);
        assertEquals(JobState.RUNNING, pipeline.state());
        exit("c", 0);
        assertEquals(JobState.EXITED, pipeline.state());
        assertEquals(0, pipeline.shellStatus());
        assertEquals(0, f.live());
        assertEquals(List.of(), f.core.launcher.alive());
    }

    @Test
    void aStageThatGivesUpFailsThePipeline() {
        Pipeline pipeline = f.run(w, spec(Scope.STAGE, 1));
        exit("b", 3);
        f.core.pass(Duration.ofMillis(100));
        exit("b", 3);
        f.core.settle();
        assertEquals(List.of(15), f.child("a").signals());
        exit("c", 0);
        assertEquals(JobState.FAILED, pipeline.state());
        assertEquals("stage 'b': exit 3; gave up after 1 restart", pipeline.why());
        assertEquals(0, f.live());
        f.core.pass(Duration.ofHours(1));
        assertEquals(List.of(), f.core.launcher.alive());
    }

    @Test
    void whenNothingRunsItIsInBackoff() {
        Pipeline pipeline = f.run(w, spec(Scope.STAGE, 0));
        exit("a", 1);
        exit("b", 1);
        exit("c", 1);
        assertEquals(JobState.BACKOFF, pipeline.state());
        assertTrue(status(pipeline).nextTryMs().isPresent());
        assertTrue(pipeline.retryNow());
        f.core.settle();
        assertEquals(JobState.RUNNING, pipeline.state());
        assertEquals(3, pipeline.liveRuns().size());
    }

    @Test
    void aStopIsFinal() {
        Pipeline pipeline = f.run(w, spec(Scope.DOWNSTREAM, 0));
        exit("b", 1);
        f.stop(pipeline);
        assertEquals(JobState.STOPPED, pipeline.state());
        f.core.pass(Duration.ofHours(1));
        assertEquals(List.of(), f.core.launcher.alive());
        assertEquals(0, f.live());
    }

    /** Its pipes are fetched from the pump loop before it is started. */
    @Test
    void aStopWhileAStageIsAboutToBeStartedKeepsItFromThat() {
        Pipeline pipeline = f.run(w, spec(Scope.STAGE, 0));
        exit("b", 1);
        f.core.loop.execute(pipeline::retryNow);
        f.core.loop.execute(() -> pipeline.stop(EndedBy.USER, PipelineFixture.GRACE, () -> {}));
        f.core.settle();
        assertEquals(List.of("a", "b", "c"), f.core.launcher.launched());
        assertEquals(JobState.STOPPED, pipeline.state());
        assertEquals(List.of(), f.core.launcher.alive());
    }

    @Test
    void aNodeMayHaveDelaysOfItsOwn() {
        PipelineSpec spec = spec(Scope.STAGE, 0);
        CommandRef b = spec.nodes().get(1);
        CommandRef slow = new CommandRef(
                b.label(),
                b.payload(),
                b.soma(),
                b.flows(),
                new Supervision.Restart(U64.of(7_000), U64.of(9_000)),
                Shape.NEW);
        PipelineSpec changed = PipelineSpec.of(
                        "etl",
                        w.id(),
                        List.of(spec.nodes().get(0), slow, spec.nodes().get(2)),
                        spec.edges())
                .withOptions(spec.options());
        Pipeline pipeline = f.run(w, PipelineFixture.supervised(changed, 0));
        exit("b", 1);
        assertEquals("exit 1; restart 1 after 7000 ms", stage(pipeline, 1).why());
        exit("c", 1);
        assertEquals("exit 1; restart 1 after 100 ms", stage(pipeline, 2).why());
    }

    @Test
    void theNextDaemonWaitsForTheSameMoment() {
        Pipeline pipeline = f.run(w, spec(Scope.STAGE, 5));
        exit("b", 1);
        long due = stage(pipeline, 1).nextTryMs().orElseThrow();
        PipelineFixture next = f.crashed();
        Pipeline after = next.pipelines.get("etl", java.util.Optional.empty());
        assertEquals(JobState.BACKOFF, stage(after, 1).state());
        assertEquals(due, stage(after, 1).nextTryMs().orElseThrow());
        assertEquals("exit 1; restart 1 of 5 is still due", stage(after, 1).why());
        assertEquals(JobState.RUNNING, stage(after, 0).state());
        assertEquals(2, after.liveRuns().size());
    }
}
