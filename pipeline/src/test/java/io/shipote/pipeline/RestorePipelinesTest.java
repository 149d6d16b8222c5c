package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CommandRef;
import io.shipote.card.ExitStatus;
import io.shipote.card.Payload;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import io.shipote.card.snapshot.LivePipeline;
import io.shipote.card.snapshot.SavedPipeline;
import io.shipote.card.wire.JobState;
import io.shipote.core.Answer;
import io.shipote.core.CoreFixture;
import io.shipote.core.EndedBy;
import io.shipote.core.Retention;
import io.shipote.core.Workspace;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.Section;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RestorePipelinesTest {
    private final PipelineFixture all = PipelineFixture.fresh();
    private final Workspace web = all.core.workspace("web");
    private final PipelineSpec chain = PipelineFixture.chain(web.id(), "p", "a", "b");
    private final PipelineSpec supervised = PipelineFixture.supervised(chain, 0);

    private static PipelineFixture restored(CoreFixture core) {
        PipelineFixture fixture = new PipelineFixture(core);
        fixture.restore();
        return fixture;
    }

    private static Pipeline p(PipelineFixture fixture) {
        return fixture.pipelines.get("p", Optional.empty());
    }

    private static byte[] state(CoreFixture core) {
        return core.disk.read(CoreFixture.STATE, Long.MAX_VALUE).orElseThrow();
    }

    /** As many ended ones as fifty busy workspaces keep: nothing of them waits for anything. */
    @Test
    void manyThatHaveEndedAreBroughtBackOneAfterTheOther() {
        int many = 10_000;
        all.run(web, PipelineFixture.chain(web.id(), "p", "a"));
        all.child("a").exit(new ExitStatus.Exited(0));
        all.core.settle();
        RunRecord one = all.core.launcher.records().get(0);
        PipelineCard card = PipelineCard.of(
                all.core.host.ids(), LivePipeline.decode(one.pipelineCard().orElseThrow(), "", new Problems()));
        for (int i = 1; i < many; i++) {
            PipelineCard other = PipelineCard.of(all.core.host.ids(), card.spec(), false);
            RunRecord record = RunRecord.launching(
                            one.bootId(),
                            all.core.host.ids().run(),
                            other.stages().get(0),
                            web.id(),
                            one.label(),
                            one.argv(),
                            Optional.empty(),
                            0,
                            one.startedMs())
                    .ofPipeline(other.id(), Optional.of(other.encode()))
                    .ended(one.startedMs(), new ExitStatus.Exited(0), EndedBy.ITSELF.word());
            all.core.launcher.keep(record);
        }
        PipelineFixture next = all.crashed();
        assertEquals(
                Retention.DEFAULTS.deadPerWorkspace(),
                next.pipelines.list(Optional.empty()).size());
    }

    @Test
    void s10TheLiveOnesOfAFileAreLaunchedInItsOrder() {
        CoreFixture core = CoreFixture.over("state-v4.json");
        byte[] before = state(core);
        PipelineFixture fixture = restored(core);
        assertEquals(List.of("gen", "pick", "ship", "legacyd", "sort"), core.launcher.launched());
        assertEquals(
                List.of("plugin check", "web-logs"),
                List.copyOf(fixture.pipelines.saved().names(Optional.empty())));
        assertEquals(2, fixture.pipelines.list(Optional.empty()).size());
        assertTrue(fixture.pipelines.list(Optional.empty()).stream().allMatch(p -> p.state() == JobState.RUNNING));
        assertFalse(core.store.dirty());
        assertFalse(core.fold().written());
        assertArrayEquals(before, state(core));
    }

    @Test
    void s3ASavedOneIsRestoredEqual() {
        all.core.ok((Answer<SavedPipeline> answer) -> all.pipelines.saved().save("a", supervised, false, answer));
        assertEquals(supervised, all.crashed().pipelines.saved().get("a").spec());
    }

    /** A deletion that is gone on with ends all that is there, and takes away nothing that somebody is still using. */
    @Test
    void theDeletionOfItsWorkspaceIsFinishedWithAllItsStages() {
        all.run(web, chain);
        all.run(web, PipelineFixture.supervised(PipelineFixture.chain(web.id(), "q", "c", "d"), 0));
        all.child("a").ignoreTerm();
        all.child("d").ignoreTerm();
        all.core.workspaces.delete(web, EndedBy.USER, Optional.empty(), Answer.of(ended -> {}, e -> {}));
        all.core.settle();
        PipelineFixture next = new PipelineFixture(all.core.crashed());
        next.child("a").ignoreTerm();
        next.child("d").ignoreTerm();
        next.restore();
        next.core.settle();
        assertEquals(List.of(), next.core.launcher.released());
        next.core.pass(Duration.ofHours(1));
        assertEquals(List.of(), next.core.launcher.alive());
        assertEquals(List.of(web.id()), next.core.launcher.released());
        assertEquals(0, next.core.workspaces.all().size());
        assertEquals(0, next.live());
    }

    @Test
    void whatRunsIsAdoptedAsAWhole() {
        String id = all.run(web, supervised).id();
        PipelineFixture next = all.crashed();
        next.core.pass(Duration.ofHours(1));
        assertEquals(id, p(next).id());
        assertEquals(JobState.RUNNING, p(next).state());
        assertEquals(2, p(next).liveRuns().size());
        assertEquals(List.of(), next.core.launcher.launches());
        next.child("b").exit(1);
        next.core.pass(Duration.ofMillis(100));
        assertEquals(List.of("a", "b"), next.core.launcher.launched());
        assertEquals(JobState.RUNNING, p(next).state());
    }

    @Test
    void whatDiedAltogetherIsStartedAnew() {
        String id = all.run(web, supervised).id();
        all.core.launcher.vanish("a");
        all.core.launcher.vanish("b");
        PipelineFixture next = all.crashed();
        next.core.pass(Duration.ofMillis(100));
        assertEquals(id, p(next).id());
        assertEquals(JobState.RUNNING, p(next).state());
        assertEquals(List.of("a", "b"), next.core.launcher.launched());
        assertEquals(1, p(next).status(record -> 0).restarts());
    }

    @Test
    void anUnsupervisedOneIsAdoptedAndNeverStartedAnew() {
        String id = all.run(web, chain).id();
        PipelineFixture next = all.crashed();
        assertEquals(id, p(next).id());
        assertEquals(JobState.RUNNING, p(next).state());
        next.child("a").exit(0);
        next.child("b").exit(0);
        next.core.pass(Duration.ofHours(1));
        assertEquals(JobState.EXITED, p(next).state());
        assertEquals(List.of(), next.core.launcher.launches());
    }

    @Test
    void anUnsupervisedOneThatDiedIsOnlyShown() {
        all.run(web, chain);
        all.core.launcher.vanish("a");
        all.core.launcher.vanish("b");
        PipelineFixture next = all.crashed();
        next.core.pass(Duration.ofHours(1));
        assertEquals(JobState.UNKNOWN, p(next).state());
        assertEquals(List.of(), next.core.launcher.launches());
    }

    @Test
    void aStoppedOneDoesNotComeBack() {
        all.stop(all.run(web, supervised));
        PipelineFixture next = all.crashed();
        next.core.pass(Duration.ofHours(1));
        assertEquals(List.of(), next.core.launcher.launches());
    }

    @Test
    void whatADaemonEndedBecauseItWentIsStartedByTheNextOne() {
        Pipeline before = all.run(web, supervised);
        before.stop(EndedBy.DAEMON, PipelineFixture.GRACE, () -> {});
        all.core.settle();
        assertEquals(JobState.STOPPED, before.state());
        assertEquals(1, all.live());
        PipelineFixture next = all.crashed();
        assertEquals(JobState.RUNNING, p(next).state());
        assertEquals(List.of("a", "b"), next.core.launcher.launched());
    }

    @Test
    void aStopThatACrashInterruptedIsFinished() {
        Pipeline before = all.run(web, supervised);
        all.child("a").ignoreTerm();
        all.child("b").ignoreTerm();
        all.pipelines.stop(before, EndedBy.USER, PipelineFixture.GRACE, Answer.of(ended -> {}, e -> {}));
        all.core.settle();
        PipelineFixture next = all.crashed();
        next.core.pass(PipelineFixture.GRACE);
        assertEquals(0, next.core.launcher.alive().size());
        assertEquals(List.of(), next.core.launcher.launches());
        assertEquals(JobState.STOPPED, p(next).state());
    }

    /** They were dying of it already, and do while the next daemon adopts them. */
    @Test
    void whatDiesOfAStopThatACrashInterruptedWasStoppedForEveryDaemon() {
        String id = all.run(web, supervised).id();
        all.core.ok((Answer<Void> answer) -> all.core.intents.remove(Section.LIVE_PIPELINES, id, answer));
        PipelineFixture next = new PipelineFixture(all.core.crashed());
        next.child("a").exit(143);
        next.child("b").exit(0);
        next.restore();
        next.core.settle();
        assertEquals(JobState.STOPPED, p(next).state());
        assertEquals(JobState.STOPPED, p(next.crashed()).state());
    }

    @Test
    void aStopOfAnUnsupervisedOneThatACrashInterruptedIsFinished() {
        Pipeline before = all.run(web, chain);
        all.child("b").ignoreTerm();
        all.pipelines.stop(before, EndedBy.USER, PipelineFixture.GRACE, Answer.of(ended -> {}, e -> {}));
        all.core.settle();
        assertEquals(1, all.core.launcher.alive().size());
        PipelineFixture next = all.crashed();
        next.core.pass(PipelineFixture.GRACE);
        assertEquals(JobState.STOPPED, p(next).state());
        assertEquals(0, next.core.launcher.alive().size());
    }

    @Test
    void anUnsupervisedOneOfWhichACrashLeftAPartIsEnded() {
        all.run(web, chain);
        RunRecord second = all.core.launcher.records().get(1);
        all.core.launcher.vanish("b");
        all.core.launcher.forget(second);
        PipelineFixture next = all.crashed();
        next.core.pass(PipelineFixture.GRACE);
        assertEquals(0, next.core.launcher.alive().size());
        assertEquals(JobState.STOPPED, p(next).state());
        assertEquals(List.of(), next.core.launcher.launches());
    }

    @Test
    void aSupervisedOneOfWhichACrashLeftAPartIsStartedAsAWholeAndThatIsNoRestart() {
        String id = all.run(web, supervised).id();
        RunRecord second = all.core.launcher.records().get(1);
        all.core.launcher.vanish("b");
        all.core.launcher.forget(second);
        PipelineFixture next = all.crashed();
        next.core.settle();
        assertEquals(id, p(next).id());
        assertEquals(JobState.RUNNING, p(next).state());
        assertEquals(0, p(next).restarts());
        assertEquals(List.of("a", "b"), next.core.launcher.launched());
        assertEquals(2, next.core.launcher.alive().size());
        assertEquals(2, next.core.launcher.records().size());
    }

    @Test
    void whatRunsAndAnOlderSnapshotDoesNotKnowGoesOnAndIsKnownAgain() {
        String id = all.run(web, supervised).id();
        all.core.ok((Answer<Void> answer) -> all.core.intents.remove(Section.LIVE_PIPELINES, id, answer));
        PipelineFixture next = new PipelineFixture(all.core.crashed()).restoreOlder();
        next.core.settle();
        assertEquals(JobState.RUNNING, p(next).state());
        assertEquals(List.of(), next.core.launcher.launches());
        assertEquals(1, next.live());
        PipelineFixture third = next.crashed();
        assertEquals(JobState.RUNNING, p(third).state());
        third.stop(p(third));
        assertEquals(0, third.live());
    }

    @Test
    void whatHadEndedAndAnOlderSnapshotDoesNotKnowStaysDown() {
        Pipeline stopped = all.run(web, supervised);
        all.stop(stopped);
        PipelineFixture next = new PipelineFixture(all.core.crashed()).restoreOlder();
        next.core.settle();
        assertEquals(JobState.STOPPED, p(next).state());
        assertEquals(List.of(), next.core.launcher.launches());
    }

    @Test
    void howASupervisedOneEndedIsStillToBeSeen() {
        all.run(web, PipelineFixture.supervised(chain, 1));
        for (int i = 0; i < 2; i++) {
            all.child("b").exit(7);
            all.core.pass(Duration.ofMillis(100));
        }
        PipelineFixture next = all.crashed();
        next.core.pass(Duration.ofHours(1));
        assertEquals(JobState.FAILED, p(next).state());
        assertEquals(7, p(next).shellStatus());
        assertEquals(List.of(), next.core.launcher.launches());
    }

    @Test
    void anOrphanIsSetAsideAndNotRun() {
        CoreFixture file = CoreFixture.over("state-v4.json");
        String orphaned = new String(state(file), StandardCharsets.UTF_8)
                .replaceFirst("\"id\": \"01KRZP8MVFKY77TV2V98WJG5R6\"", "\"id\": \"01KRZP8MVFKY77TV2V98WJG5R7\"");
        PipelineFixture fixture = restored(CoreFixture.over(orphaned.getBytes(StandardCharsets.UTF_8)));
        assertEquals(List.of("legacyd", "sort"), fixture.core.launcher.launched());
        assertEquals(1, fixture.core.quarantine.entries().size());
        assertEquals(
                Section.LIVE_PIPELINES, fixture.core.quarantine.entries().get(0).section());
        assertTrue(fixture.core.quarantine.entries().get(0).reason().contains("does not exist"));
        assertEquals(2, fixture.live());
    }

    @Test
    void oneThatThisHostCannotRunDoesNotKeepTheOthersFromStarting() {
        List<CommandRef> nodes = new ArrayList<>(supervised.nodes());
        nodes.set(1, nodes.get(1).withPayload(new Payload.Virtual()));
        PipelineSpec odd = PipelineFixture.supervised(PipelineSpec.of("odd", web.id(), nodes, supervised.edges()), 0);
        for (PipelineSpec spec : List.of(odd, supervised)) {
            byte[] entry = new LivePipeline(web.id(), spec, false, io.shipote.card.Shape.NEW).encode();
            all.core.<Void>ok(answer -> all.core.intents.put(Section.LIVE_PIPELINES, spec.label(), entry, answer));
        }
        PipelineFixture next = all.crashed();
        assertEquals(List.of("a", "b"), next.core.launcher.launched());
        assertEquals(JobState.RUNNING, p(next).state());
        assertEquals(2, next.live());
        assertEquals(1, next.core.quarantine.entries().size());
        next.pipelines.list(Optional.empty()).forEach(one -> one.status(record -> 0));
    }

    @Test
    void oneThatCannotBeStartedIsTriedAgainAndTheOthersStart() {
        CoreFixture core = CoreFixture.over("state-v4.json");
        core.launcher.refuse("pick", 2);
        PipelineFixture fixture = restored(core);
        assertEquals(List.of("gen", "pick", "legacyd", "sort"), core.launcher.launched());
        core.launcher.accept("pick");
        fixture.core.pass(Duration.ofMillis(250));
        assertEquals(
                JobState.RUNNING,
                fixture.pipelines.get("web-logs", Optional.empty()).state());
    }

    @Test
    void whatItsStoppedWorkspaceEndedStaysDown() {
        all.run(web, supervised);
        for (String stage : List.of("a", "b")) {
            all.child(stage).ignoreTerm();
        }
        all.core.workspaces.stop(
                web, EndedBy.USER, Optional.of(PipelineFixture.GRACE), Answer.of(ended -> {}, e -> {}));
        all.core.settle();
        for (String stage : List.of("a", "b")) {
            all.child(stage).exit(new ExitStatus.Signalled(15, false));
            all.core.launcher.vanish(stage);
        }
        PipelineFixture next = all.crashed();
        next.core.pass(Duration.ofMinutes(1));
        assertEquals(List.of(), next.core.launcher.launches());
        assertEquals(JobState.STOPPED, p(next).state());
        assertEquals(0, next.live());
    }
}
