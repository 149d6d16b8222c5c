package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.PipelineOptions;
import io.shipote.card.PipelineSpec;
import io.shipote.card.wire.JobState;
import io.shipote.core.Answer;
import io.shipote.core.Workspace;
import io.shipote.core.store.RunRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The restarts of a pipeline are counted, and waited for, over the daemon's own restarts. */
final class PipelineBackoffTest {
    private static final int ENOENT = 2;

    private final PipelineFixture f = PipelineFixture.fresh();
    private final Workspace w = f.core.workspace("web");

    private PipelineSpec spec(long max) {
        return PipelineFixture.supervised(PipelineFixture.chain(w.id(), "etl", "a", "b"), max);
    }

    private static Pipeline etl(PipelineFixture fixture) {
        return fixture.pipelines.get("etl", Optional.empty());
    }

    private static void fail(PipelineFixture fixture, long thenMs) {
        fixture.child("b").exit(1);
        fixture.core.settle();
        fixture.core.pass(Duration.ofMillis(thenMs));
    }

    @Test
    void itWaitsForTheSameMomentWithTheSameCount() {
        f.run(w, spec(3));
        fail(f, 100);
        fail(f, 50);
        assertEquals(JobState.BACKOFF, etl(f).state());
        long due = etl(f).nextTryMs().orElseThrow();
        PipelineFixture next = f.crashed();
        assertEquals(JobState.BACKOFF, etl(next).state());
        assertEquals("stage 'b': exit 1; restart 2 of 3 is still due", etl(next).why());
        assertEquals(due, etl(next).nextTryMs().orElseThrow());
        next.core.pass(Duration.ofMillis(149));
        assertEquals(List.of(), next.core.launcher.launches());
        next.core.pass(Duration.ofMillis(1));
        assertEquals(JobState.RUNNING, etl(next).state());
        assertEquals(2, etl(next).restarts());
        fail(next, 400);
        fail(next, 0);
        assertTrue(
                etl(next).why().endsWith("gave up after 3 restarts"), etl(next).why());
        assertEquals(0, next.live());
    }

    @Test
    void theFeedersOfAStageThatDiedMeanwhileAreEnded() {
        f.run(w, spec(3));
        f.core.launcher.vanish("b");
        PipelineFixture next = f.crashed();
        assertEquals(List.of(15), next.child("a").signals());
        next.core.settle();
        assertEquals(JobState.BACKOFF, etl(next).state());
    }

    @Test
    void aLaunchThatFailedIsWaitedForToo() {
        f.core.launcher.refuse("b", ENOENT);
        f.core.refused((Answer<Pipelines.Started> answer) -> f.pipelines.run(w, spec(3), false, Map.of(), answer));
        f.core.settle();
        assertEquals(JobState.BACKOFF, etl(f).state());
        PipelineFixture next = f.crashed();
        assertEquals(JobState.BACKOFF, etl(next).state());
        next.core.pass(Duration.ofMillis(100));
        assertEquals(JobState.RUNNING, etl(next).state());
        assertEquals(1, etl(next).restarts());
    }

    @Test
    void aRestartThatSeveralDaemonsDidNotFinishIsCountedOnce() {
        f.run(w, spec(3));
        fail(f, 100);
        RunRecord second = f.core.launcher.records().stream()
                .filter(record -> record.label().equals("b") && record.exit().isEmpty())
                .findFirst()
                .orElseThrow();
        f.core.launcher.vanish("b");
        f.core.launcher.forget(second);
        PipelineFixture next = f;
        for (int i = 0; i < 3; i++) {
            next = new PipelineFixture(next.core.crashed(Duration.ofMillis(1)));
            next.restore();
            assertTrue(next.core.launcher.records().stream().anyMatch(record -> record.restarts() == 1));
        }
        next.core.pass(Duration.ZERO);
        assertEquals(JobState.RUNNING, etl(next).state());
        assertEquals(1, etl(next).restarts());
        assertEquals(2, next.core.launcher.records().size());
    }

    @Test
    void aStopIsFinal() {
        f.run(w, spec(3));
        fail(f, 0);
        f.stop(etl(f));
        PipelineFixture next = f.crashed();
        next.core.pass(Duration.ofHours(1));
        assertEquals(List.of(), next.core.launcher.launches());
        assertEquals(JobState.STOPPED, etl(next).state());
        assertEquals(JobState.STOPPED, etl(next.crashed()).state());
    }

    @Test
    void slowGoesOnForEver() {
        PipelineSpec spec = spec(1).withOptions(PipelineOptions.DEFAULT.withGiveUp(PipelineOptions.GiveUp.SLOW));
        f.run(w, spec);
        fail(f, 100);
        for (int i = 0; i < 5; i++) {
            fail(f, 29_999);
            assertEquals(JobState.BACKOFF, etl(f).state());
            f.core.pass(Duration.ofMillis(1));
            assertEquals(JobState.RUNNING, etl(f).state());
        }
    }

    @Test
    void itsOwnHealthyTimeCounts() {
        f.run(w, spec(1).withOptions(PipelineOptions.DEFAULT.withHealthyMs(500)));
        for (int i = 0; i < 5; i++) {
            fail(f, 100);
            assertEquals(JobState.RUNNING, etl(f).state());
            f.core.pass(Duration.ofMillis(500));
        }
        fail(f, 100);
        fail(f, 100);
        assertEquals(JobState.FAILED, etl(f).state());
    }
}
