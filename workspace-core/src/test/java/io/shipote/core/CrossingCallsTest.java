package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Calls that come while others are under way: what is answered is so, and stays so. */
final class CrossingCallsTest {
    private static final RestartPolicy ALWAYS = RestartPolicy.of(RestartPolicy.Policy.ALWAYS);

    private final CoreFixture core = CoreFixture.fresh();
    private final Workspace web = core.workspace("web");
    private final List<String> answers = new ArrayList<>();

    private <T> Answer<T> noted(String what) {
        return Answer.of(ok -> answers.add(what), e -> answers.add(what + " refused: " + e.code()));
    }

    private Command job() {
        return core.commands.get("job", Optional.empty());
    }

    private Command stubborn() {
        Command job = core.run(web, CoreFixture.named("job", ALWAYS));
        core.launcher.child("job").ignoreTerm();
        return job;
    }

    @Test
    void whoIsToldThatAWorkspaceExistsFindsIt() {
        WorkspaceSpec spec = WorkspaceSpec.of("default");
        List<Integer> found = new ArrayList<>();
        core.workspaces.create(spec, false, noted("first"));
        for (int i = 0; i < 2; i++) {
            core.workspaces.create(
                    spec,
                    false,
                    Answer.of(
                            made -> {
                                throw new AssertionError("made twice");
                            },
                            e -> {
                                answers.add("refused: " + e.code());
                                found.add(core.workspaces
                                        .get("default")
                                        .commands()
                                        .size());
                            }));
        }
        core.settle();
        assertEquals(List.of("first", "refused: ALREADY_EXISTS", "refused: ALREADY_EXISTS"), answers);
        assertEquals(2, found.size());
    }

    @Test
    void whenTheFirstOfTwoCannotBeMadeTheSecondIs() {
        core.launcher.applies(Applied.degraded("rlimits.nproc", "not here"));
        core.workspaces.create(WorkspaceSpec.of("strict"), true, noted("first"));
        core.workspaces.create(WorkspaceSpec.of("strict"), false, noted("second"));
        core.settle();
        core.settle();
        assertEquals(Set.of("first refused: NOT_APPLIED", "second"), Set.copyOf(answers));
        assertEquals("strict", core.crashed().restore().workspaces.get("strict").label());
    }

    @Test
    void whatIsResumedWhileItIsBeingPausedRuns() {
        Command job = stubborn();
        core.workspaces.pausing().pause(web, noted("pause"));
        core.workspaces.pausing().resume(web, noted("resume"));
        core.settle();
        assertEquals(Set.of("resume", "pause refused: WRONG_STATE"), Set.copyOf(answers));
        assertEquals(JobState.RUNNING, job.state());
        assertEquals(Optional.empty(), web.paused());
    }

    @Test
    void aDaemonThatEndsAllStartsNothingAnew() {
        core.commands.restart(stubborn(), Commands.GRACE, noted("restart"));
        core.settle();
        core.workspaces.endAll(EndedBy.DAEMON, Optional.empty(), ended -> answers.add("all"));
        core.commands.run(web, CoreFixture.named("late", ALWAYS), noted("late"));
        core.pass(Commands.GRACE);
        core.pass(Duration.ofHours(1));
        assertEquals(List.of("late refused: BUSY", "restart refused: BUSY", "all"), answers);
        assertEquals(List.of("job"), core.launcher.launched());
        assertEquals(List.of(), core.launcher.alive());
        CoreFixture next = core.crashed().restore();
        next.settle();
        assertEquals(List.of("job"), next.launcher.launched());
    }

    @Test
    void whatIsStartedWhileItIsBeingStoppedRunsAfterwards() {
        Command job = stubborn();
        core.commands.stop(job, Commands.GRACE, noted("stop"));
        core.commands.start(job, noted("start"));
        core.pass(Commands.GRACE.dividedBy(2));
        assertEquals(List.of(15), core.launcher.child("job").signals(), "it has its grace");
        core.pass(Commands.GRACE);
        core.settle();
        assertEquals(JobState.RUNNING, job.state());
        assertEquals(List.of("job", "job"), core.launcher.launched());
        assertTrue(answers.containsAll(List.of("stop", "start")), answers::toString);
    }

    @Test
    void aRestartDuringALaunchThatFailsIsAnsweredForTheNextOne() {
        core.launcher.refuse("job", 2);
        core.launcher.hold();
        core.commands.run(web, CoreFixture.named("job", ALWAYS), noted("run"));
        core.settle();
        core.commands.restart(job(), Commands.GRACE, noted("restart"));
        core.settle();
        core.launcher.accept("job");
        core.launcher.letGo();
        core.settle();
        assertEquals(JobState.RUNNING, job().state());
        assertEquals(List.of("run refused: NOT_STARTED", "restart"), answers);
    }

    @Test
    void whoAsksAgainMayGiveLessTime() {
        Command job = stubborn();
        core.commands.stop(job, Duration.ofHours(1), noted("stop"));
        core.settle();
        core.commands.stop(job, Duration.ofHours(2), noted("longer"));
        core.commands.stop(job, Duration.ofSeconds(2), noted("shorter"));
        core.pass(Duration.ofSeconds(1));
        assertEquals(JobState.STOPPING, job.state());
        core.pass(Duration.ofSeconds(1));
        assertEquals(JobState.STOPPED, job.state());
        assertEquals(List.of("stop", "longer", "shorter"), answers);
    }

    @Test
    void whatCannotBeKilledIsNotForgottenBecauseItsMainProcessIsGone() {
        Command job = core.run(web, CoreFixture.unnamed("job"));
        core.launcher.child("job").hasUnkillableChildren();
        core.<Long>ok(answer -> core.commands.stop(job, Commands.GRACE, answer));
        ShipoteException kept = core.<Void>refused(answer -> core.commands.remove(job, answer));
        assertTrue(kept.getMessage().contains("in state D"), kept::getMessage);
        assertEquals(List.of(), web.endedBefore(0));
        core.workspaces.delete(web, EndedBy.USER, Optional.empty(), noted("delete"));
        core.settle();
        assertEquals(List.of("delete refused: " + ErrorCode.WRONG_STATE), answers);
        assertEquals(WorkspaceStatus.State.STOPPED, web.state());
        assertEquals(List.of(), core.launcher.released());
    }

    @Test
    void whatIsStoppedWhileItsWorkspaceGoesFromTheDiskDoesNotBringItBack() {
        Command job = core.run(web, CoreFixture.named("job", ALWAYS));
        core.workspaces.delete(web, EndedBy.USER, Optional.empty(), noted("delete"));
        core.until(() -> !core.launcher.released().isEmpty());
        core.commands.stop(job, Commands.GRACE, noted("stop"));
        core.settle();
        assertTrue(answers.contains("delete"), answers::toString);
        assertEquals(List.of(), List.copyOf(core.crashed().restore().workspaces.all()));
    }
}
