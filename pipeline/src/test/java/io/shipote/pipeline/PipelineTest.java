package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CommandRef;
import io.shipote.card.ExitStatus;
import io.shipote.card.Payload;
import io.shipote.card.PipelineSpec;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.EndedBy;
import io.shipote.core.Workspace;
import io.shipote.core.linux.Freezing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PipelineTest {
    private static final int ENOENT = 2;

    private final PipelineFixture all = PipelineFixture.fresh();
    private final Workspace web = all.core.workspace("web");

    private PipelineSpec chain(String... stages) {
        return PipelineFixture.chain(web.id(), "p", stages);
    }

    private PipelineSpec supervised(String... stages) {
        return PipelineFixture.supervised(chain(stages), 0);
    }

    private ShipoteException refused(PipelineSpec spec) {
        return all.core.refused(
                (Answer<Pipelines.Started> answer) -> all.pipelines.run(web, spec, false, Map.of(), answer));
    }

    private PipelineStatus status(Pipeline pipeline) {
        return pipeline.status(record -> 0);
    }

    @Test
    void allStagesRunJoinedByPipes() {
        int pipes = OpenPipes.count();
        Pipeline p = all.run(web, chain("a", "b", "c"));
        assertEquals(JobState.RUNNING, p.state());
        assertEquals(3, p.liveRuns().size());
        assertEquals(List.of("a", "b", "c"), all.core.launcher.launched());
        var plans = all.core.launcher.launches();
        assertTrue(plans.get(0).stdin().isEmpty() && plans.get(0).stdout().isPresent());
        assertTrue(plans.get(1).stdin().isPresent() && plans.get(1).stdout().isPresent());
        assertTrue(plans.get(2).stdin().isPresent() && plans.get(2).stdout().isEmpty());
        assertEquals(pipes, OpenPipes.count());
        assertEquals(3, web.status().commandsAlive());
        assertEquals(3, web.status().commandsTotal(), "stages are commands");
        assertEquals(1, web.status().pipelinesAlive());
        assertEquals(List.of(p), all.pipelines.list(Optional.of(web)));
        all.stop(p);
    }

    @Test
    void allOrNothing() {
        int pipes = OpenPipes.count();
        all.core.launcher.refuse("c", ENOENT);
        ShipoteException e = refused(chain("a", "b", "c", "d", "e"));
        assertEquals(ErrorCode.NOT_STARTED, e.code());
        assertEquals("c", e.fields().get("stage"));
        assertTrue(e.getMessage().startsWith("stage 'c': "), e.getMessage());
        all.core.settle();
        assertEquals(0, all.core.launcher.alive().size());
        assertEquals(List.of(), all.core.launcher.records());
        assertEquals(List.of(), all.pipelines.list(Optional.empty()));
        assertEquals(List.of("a", "b", "c"), all.core.launcher.launched());
        assertEquals(pipes, OpenPipes.count());
    }

    @Test
    void endsWithTheStatusOfItsStages() {
        Pipeline p = all.run(web, chain("a", "b"));
        all.child("a").exit(new ExitStatus.Signalled(13, false));
        all.core.settle();
        assertEquals(JobState.RUNNING, p.state());
        all.child("b").exit(0);
        all.core.settle();
        assertEquals(JobState.EXITED, p.state());
        assertEquals(0, p.shellStatus());
        assertEquals(Optional.of(0L), status(p).status());
    }

    @Test
    void unsupervisedItIsNeverRestartedAndLeavesItsStagesAlone() {
        Pipeline p = all.run(web, chain("a", "b"));
        all.child("b").exit(4);
        all.core.settle();
        assertTrue(all.child("a").alive());
        all.child("a").exit(0);
        all.core.pass(Duration.ofHours(1));
        assertEquals(JobState.FAILED, p.state());
        assertEquals("stage 'b': exit 4", p.why());
        assertEquals(4, p.shellStatus());
        assertEquals(2, all.core.launcher.launches().size());
        assertEquals(0, all.live());
    }

    @Test
    void aFailingStageEndsItsFeedersAndWhatFollowsDrains() {
        Pipeline p = all.run(web, supervised("a", "b", "c"));
        all.child("b").exit(1);
        all.core.settle();
        assertEquals(List.of(15), all.child("a").signals());
        assertEquals(List.of(), all.child("c").signals());
        assertEquals(JobState.RUNNING, p.state());
        all.child("c").exit(0);
        all.core.settle();
        assertEquals(JobState.BACKOFF, p.state());
        assertEquals("stage 'b': exit 1; restart 1 after 100 ms", p.why());
    }

    @Test
    void aStageThatFailsWhileItIsPausedEndsItsFeedersOnceItGoesOn() {
        Pipeline p = all.run(web, supervised("a", "b", "c"));
        all.core.ok((Answer<Freezing> answer) -> p.supervisor().pause(answer));
        all.child("b").exit(1);
        all.core.settle();
        assertEquals(List.of(), all.child("a").signals());
        all.core.ok((Answer<Void> answer) -> p.supervisor().resume(answer));
        all.core.settle();
        assertEquals(List.of(15), all.child("a").signals());
        assertEquals(List.of(), all.child("c").signals());
        all.child("c").exit(0);
        all.core.settle();
        assertEquals(JobState.BACKOFF, p.state());
    }

    @Test
    void aRestartIsOneOfAllStagesWithBackoff() {
        int pipes = OpenPipes.count();
        Pipeline p = all.run(web, supervised("a", "b"));
        String id = p.id();
        for (long delay : List.of(100L, 200L, 400L)) {
            all.child("b").exit(1);
            all.core.settle();
            assertEquals(JobState.BACKOFF, p.state());
            assertEquals(
                    Optional.of(all.core.loop.wallMillis() + delay), status(p).nextTryMs());
            all.core.pass(Duration.ofMillis(delay - 1));
            assertEquals(JobState.BACKOFF, p.state());
            all.core.pass(Duration.ofMillis(1));
            assertEquals(JobState.RUNNING, p.state());
        }
        assertEquals(List.of("a", "b", "a", "b", "a", "b", "a", "b"), all.core.launcher.launched());
        assertEquals(3, status(p).restarts());
        assertEquals(id, p.id());
        assertEquals(1, all.live());
        assertEquals(2, all.core.launcher.records().size());
        assertEquals(pipes, OpenPipes.count());
        all.stop(p);
    }

    @Test
    void aRestartThatCannotBeStartedIsTriedAgain() {
        Pipeline p = all.run(web, supervised("a", "b"));
        all.core.launcher.refuse("b", ENOENT);
        all.child("b").exit(1);
        all.core.pass(Duration.ofMillis(100));
        all.core.settle();
        assertEquals(JobState.BACKOFF, p.state());
        assertEquals(0, all.core.launcher.alive().size());
        all.core.launcher.accept("b");
        all.core.pass(Duration.ofMillis(200));
        assertEquals(JobState.RUNNING, p.state());
        assertEquals(2, p.liveRuns().size());
    }

    @Test
    void aGiveUpRemovesTheLiveEntry() {
        Pipeline p = all.run(web, PipelineFixture.supervised(chain("a", "b"), 1));
        all.child("b").exit(1);
        all.core.pass(Duration.ofMillis(100));
        assertEquals(1, all.live());
        all.child("b").exit(1);
        all.core.settle();
        assertEquals(JobState.FAILED, p.state());
        assertTrue(p.why().endsWith("gave up after 1 restart"), p.why());
        assertEquals(0, all.live());
    }

    @Test
    void successRemovesTheLiveEntry() {
        Pipeline p = all.run(web, supervised("a", "b"));
        all.child("a").exit(0);
        all.child("b").exit(0);
        all.core.settle();
        assertEquals(JobState.EXITED, p.state());
        assertEquals(0, all.live());
    }

    @Test
    void aStopByTheUserIsFinal() {
        Pipeline p = all.run(web, supervised("a", "b"));
        assertEquals(2, all.stop(p));
        all.core.pass(Duration.ofHours(1));
        assertEquals(JobState.STOPPED, p.state());
        assertEquals(0, all.live());
        assertEquals(2, all.core.launcher.launches().size());
        assertEquals(0, all.stop(p));
        assertTrue(status(p).stages().stream().allMatch(stage -> stage.state() == JobState.STOPPED));
    }

    @Test
    void theWishIsOnDiskBeforeTheFirstSignal() {
        Pipeline p = all.run(web, supervised("a", "b"));
        all.core.disk.full(true);
        ShipoteException e = all.core.refused(
                (Answer<Long> answer) -> all.pipelines.stop(p, EndedBy.USER, PipelineFixture.GRACE, answer));
        assertEquals(ErrorCode.NOT_STORED, e.code());
        assertEquals(List.of(), all.child("a").signals());
        assertEquals(JobState.RUNNING, p.state());
        all.core.disk.full(false);
        all.child("a").ignoreTerm();
        all.pipelines.stop(p, EndedBy.USER, PipelineFixture.GRACE, Answer.of(ended -> {}, x -> {}));
        assertEquals(List.of(), all.child("a").signals());
        all.core.until(() -> !all.child("a").signals().isEmpty());
        assertEquals(0, all.live());
        all.core.pass(PipelineFixture.GRACE);
        assertEquals(List.of(15, 9), all.child("a").signals());
    }

    @Test
    void isListedAndCanBeStoppedFromTheMomentItStarts() {
        all.core.launcher.hold();
        all.pipelines.run(web, supervised("a", "b"), false, Map.of(), Answer.of(s -> {}, e -> {}));
        Pipeline p = all.pipelines.get("p", Optional.empty());
        all.core.settle();
        assertEquals(JobState.STARTING, p.state());
        all.pipelines.stop(p, EndedBy.USER, PipelineFixture.GRACE, Answer.of(ended -> {}, e -> {}));
        all.core.settle();
        all.core.launcher.letGo();
        all.core.pass(Duration.ofHours(1));
        assertEquals(JobState.STOPPED, p.state());
        assertEquals(0, all.core.launcher.alive().size());
        assertEquals(0, all.live());
        assertEquals(2, all.core.launcher.launches().size());
    }

    @Test
    void whatThisHostCannotRunIsRefusedAndLeavesNothing() {
        int pipes = OpenPipes.count();
        PipelineSpec spec = chain("a", "b");
        List<CommandRef> nodes = new ArrayList<>(spec.nodes());
        nodes.set(1, nodes.get(1).withPayload(new Payload.Virtual()));
        ShipoteException e = refused(PipelineSpec.of("p", web.id(), nodes, spec.edges()));
        assertEquals(ErrorCode.NOT_RUNNABLE, e.code());
        all.core.settle();
        assertEquals(List.of(), all.pipelines.list(Optional.empty()));
        assertEquals(List.of(), all.core.launcher.launches());
        assertEquals(pipes, OpenPipes.count());
    }

    @Test
    void namesWithoutAValueAreReported() {
        PipelineSpec spec = chain("${FIRST}", "${SECOND}");
        Pipelines.Started started = all.core.ok((Answer<Pipelines.Started> answer) ->
                all.pipelines.run(web, spec, false, Map.of("FIRST", "a"), answer));
        assertEquals(List.of("a", "${SECOND}"), all.core.launcher.launched());
        assertEquals(1, started.applied().size());
        assertEquals("var SECOND", started.applied().get(0).item());
    }
}
