package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.PipelineOptions;
import io.shipote.card.PipelineOptions.Scope;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Shape;
import io.shipote.card.snapshot.LivePipeline;
import io.shipote.card.wire.JobState;
import io.shipote.core.Workspace;
import io.shipote.core.WorkspacePause;
import io.shipote.core.store.Section;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the next daemon makes of a supervised pipeline of which nothing runs. */
final class RevivalTest {
    private final PipelineFixture f = PipelineFixture.fresh();
    private final Workspace w = f.core.workspace("web");

    private PipelineSpec spec(Scope scope) {
        PipelineSpec chain = PipelineFixture.streams(PipelineFixture.chain(w.id(), "p", "a", "b"));
        return PipelineFixture.supervised(chain.withOptions(PipelineOptions.DEFAULT.withScope(scope)), 0);
    }

    private static Pipeline p(PipelineFixture fixture) {
        return fixture.pipelines.get("p", Optional.empty());
    }

    /** As if the daemon had died before it removed the entry. */
    private void entryIsBack(Pipeline pipeline) {
        byte[] entry = pipeline.card().live().encode();
        f.core.<Void>ok(answer -> f.core.intents.put(Section.LIVE_PIPELINES, pipeline.id(), entry, answer));
    }

    private void exit(String stage, int code) {
        f.child(stage).exit(code);
        f.core.settle();
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void oneThatHasEndedWellIsNotRunAgain(Scope scope) {
        Pipeline pipeline = f.run(w, spec(scope));
        exit("a", 0);
        exit("b", 0);
        entryIsBack(pipeline);
        PipelineFixture next = f.crashed();
        next.core.pass(Duration.ofHours(1));
        assertEquals(JobState.EXITED, p(next).state());
        assertEquals(0, p(next).shellStatus());
        assertEquals(List.of(), next.core.launcher.launches());
        assertEquals(0, next.live());
    }

    @ParameterizedTest
    @EnumSource(Scope.class)
    void oneThatHasEndedBadlyIsRunAgain(Scope scope) {
        f.run(w, spec(scope));
        exit("a", 0);
        exit("b", 1);
        PipelineFixture next = f.crashed();
        next.core.pass(Duration.ofHours(1));
        assertEquals(JobState.RUNNING, p(next).state());
    }

    @Test
    void oneThatItsPausedWorkspaceHoldsBackFindsTheWorkspacesGroupLater() {
        byte[] entry = new LivePipeline(w.id(), spec(Scope.WHOLE), false, Shape.NEW).encode();
        f.core.<Void>ok(answer -> f.core.intents.put(Section.LIVE_PIPELINES, "p", entry, answer));
        f.core.<WorkspacePause.Done>ok(answer -> f.core.workspaces.pausing().pause(w, answer));
        PipelineFixture next = f.crashed();
        next.core.settle();
        assertEquals(JobState.PAUSED, p(next).state());
        assertTrue(next.core.workspaces.get("web").prepared());
        assertEquals(List.of(), next.core.launcher.launches());
    }
}
