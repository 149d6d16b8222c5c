package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** A pump that is done needs no pipes any more: that nobody holds them then is no loss, for no daemon. */
final class HoldDoneTest {
    private static final int LOST = 125;

    private final PipelineFixture f = PipelineFixture.fresh();
    private final Workspace w = f.core.workspace("web");

    /** Two stages with a pump between them; fakes have no pipe ends, so that it is done at once. */
    private Pipeline done() {
        return run(PipelineFixture.chain(w.id(), "p", "a", "b"));
    }

    /** The same, but the ends of its stages are kept. */
    private Pipeline held() {
        return run(PipelineFixture.streams(PipelineFixture.chain(w.id(), "p", "a", "b")));
    }

    private Pipeline run(PipelineSpec spec) {
        Answer<Pipelines.Started> nobody = Answer.of(started -> {}, e -> {
            throw new AssertionError(e);
        });
        f.pipelines.run(w, spec, true, Map.of(), nobody);
        f.core.settle();
        return p(f);
    }

    private static Pipeline p(PipelineFixture fixture) {
        return fixture.pipelines.get("p", Optional.empty());
    }

    private static List<RunRecord> holders(PipelineFixture fixture) {
        return fixture.core.launcher.records().stream()
                .filter(record -> record.holds().isPresent())
                .toList();
    }

    private static void exit(PipelineFixture fixture, String stage) {
        fixture.child(stage).exit(0);
        fixture.core.settle();
    }

    @Test
    void theNextDaemonsDoNotTakeItForALoss() {
        Pipeline before = done();
        exit(f, "a");
        assertEquals(List.of(), before.keepers());
        PipelineFixture next = f.crashed().crashed();
        assertEquals(JobState.RUNNING, p(next).state());
        exit(next, "b");
        assertEquals(JobState.EXITED, p(next).state(), p(next).why());
        assertEquals(0, p(next).shellStatus());
        assertEquals(List.of(), holders(next));
    }

    @Test
    void itsRecordGoesWithTheEnd() {
        Pipeline pipeline = done();
        exit(f, "a");
        assertTrue(HeldEnds.done(holders(f).get(0)));
        exit(f, "b");
        assertEquals(JobState.EXITED, pipeline.state());
        assertEquals(List.of(), holders(f));
    }

    @Test
    void aHolderThatDiedWithTheDaemonIsALossForEveryDaemon() {
        held();
        f.core.launcher.vanish("pipe holder");
        PipelineFixture next = f.crashed();
        exit(next, "a");
        PipelineFixture last = next.crashed();
        exit(last, "b");
        assertEquals(JobState.FAILED, p(last).state());
        assertEquals(LOST, p(last).shellStatus());
        assertTrue(p(last).why().contains("in0"), p(last).why());
        assertEquals(List.of(), holders(last));
    }

    @Test
    void aHolderThatCannotBeReplacedIsReplacedLater() {
        Pipeline pipeline = held();
        f.core.launcher.refuse("pipe holder", 11);
        f.child("pipe holder").exit(1);
        f.core.pass(Duration.ofMillis(200));
        assertEquals(List.of(), pipeline.keepers());
        f.core.pass(Duration.ofSeconds(1));
        f.core.launcher.accept("pipe holder");
        f.core.pass(Duration.ofSeconds(5));
        assertEquals(1, pipeline.keepers().size());
        assertEquals(JobState.RUNNING, pipeline.state());
        f.stop(pipeline);
    }

    /** As daemons have left it that kept no record of such a hold. */
    @Test
    void withoutARecordOnlyWhatWasStillNeededIsLost() {
        done();
        exit(f, "a");
        holders(f).forEach(f.core.launcher::forget);
        PipelineFixture next = f.crashed();
        exit(next, "b");
        assertEquals(JobState.EXITED, p(next).state(), p(next).why());
    }

    @Test
    void withoutARecordAndWithBothStagesItIsLost() {
        held();
        f.core.launcher.vanish("pipe holder");
        holders(f).forEach(f.core.launcher::forget);
        PipelineFixture next = f.crashed();
        exit(next, "a");
        exit(next, "b");
        assertEquals(LOST, p(next).shellStatus());
    }
}
