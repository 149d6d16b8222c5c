package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineOptions;
import io.shipote.card.PipelineOptions.Scope;
import io.shipote.card.PipelineSpec;
import io.shipote.card.wire.JobState;
import io.shipote.core.Answer;
import io.shipote.core.CoreFixture;
import io.shipote.core.EndedBy;
import io.shipote.core.ManualLoop;
import io.shipote.core.Workspace;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A pump that fails takes its pipeline with it, and says why. Its descriptor is closed under it here. */
final class BrokenFlowTest {
    private static final int LOST = 125;

    private final PipelineFixture f = PipelineFixture.fresh();
    private final Workspace w = f.core.workspace("web");

    /** One producer with two consumers, through a pump; fakes have no pipe ends, but those of a stream are kept. */
    private PipelineSpec fan() {
        EdgeOptions options = EdgeOptions.DEFAULT.withMode(EdgeOptions.Mode.STREAM);
        List<Edge> edges =
                List.of(Edge.of(0, 1).withOptions(options), Edge.of(0, 2).withOptions(options));
        return PipelineSpec.of(
                "fan", w.id(), List.of(CoreFixture.sleep("a"), CoreFixture.sleep("b"), CoreFixture.sleep("c")), edges);
    }

    private void breakPump() {
        ManualLoop.FakeWatch trunk = f.core.loop.watches().get(0);
        trunk.fd().close();
        trunk.fire();
        assertThrows(IllegalStateException.class, f.core.loop::run);
        f.core.settle();
    }

    private static List<Integer> pids(Pipeline pipeline) {
        return pipeline.liveRuns().stream().map(run -> run.pid()).toList();
    }

    @Test
    void allOfItIsEndedAndItHasFailedWithTheReason() {
        Pipeline pipeline = f.run(w, fan());
        breakPump();
        assertEquals(JobState.FAILED, pipeline.state());
        assertEquals(LOST, pipeline.shellStatus());
        assertTrue(pipeline.why().startsWith("the pump of a to b, a to c failed: descriptor "), pipeline.why());
        for (String stage : List.of("a", "b", "c")) {
            assertEquals(List.of(15), f.child(stage).signals(), stage);
        }
        assertEquals(List.of(), pipeline.keepers());
        assertEquals(List.of(), f.core.loop.watches());
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void aSupervisedOneIsStartedAnewAsAWhole(Scope scope) {
        PipelineSpec spec = fan().withOptions(PipelineOptions.DEFAULT.withScope(scope));
        Pipeline pipeline = f.run(w, PipelineFixture.supervised(spec, 0));
        List<Integer> before = pids(pipeline);
        breakPump();
        assertEquals(JobState.BACKOFF, pipeline.state());
        assertTrue(pipeline.why().endsWith("; restart 1 after 100 ms"), pipeline.why());
        f.core.pass(Duration.ofMillis(100));
        assertEquals(JobState.RUNNING, pipeline.state());
        assertEquals(1, pipeline.restarts());
        assertTrue(pids(pipeline).stream().noneMatch(before::contains));
        assertEquals(3, pipeline.liveRuns().size());
        f.stop(pipeline);
        assertEquals(JobState.STOPPED, pipeline.state());
    }

    /** Also where a stage waits for its own restart: it would not find its pipe. */
    @Test
    void aStageThatWaitsForItsRestartDoesNotKeepItFromThat() {
        PipelineSpec spec = fan().withOptions(PipelineOptions.DEFAULT.withScope(Scope.STAGE));
        Pipeline pipeline = f.run(w, PipelineFixture.supervised(spec, 0));
        for (String stage : List.of("a", "b", "c")) {
            f.child(stage).exit(1);
        }
        f.core.settle();
        breakPump();
        assertEquals(JobState.BACKOFF, pipeline.state());
        f.core.pass(Duration.ofMillis(100));
        assertEquals(JobState.RUNNING, pipeline.state());
        assertEquals(3, pipeline.liveRuns().size());
        f.stop(pipeline);
    }

    @Test
    void aStopMeanwhileIsFinal() {
        Pipeline pipeline = f.run(w, PipelineFixture.supervised(fan(), 0));
        f.child("a").ignoreTerm();
        breakPump();
        assertEquals(JobState.RUNNING, pipeline.state());
        f.core.loop.execute(() -> f.pipelines.stop(pipeline, EndedBy.USER, Duration.ZERO, Answer.of(ended -> {}, e -> {
            throw e;
        })));
        f.core.pass(Duration.ofSeconds(2));
        assertEquals(JobState.STOPPED, pipeline.state());
        assertEquals(List.of(), pipeline.liveRuns());
        assertEquals(0, f.live());
    }
}
