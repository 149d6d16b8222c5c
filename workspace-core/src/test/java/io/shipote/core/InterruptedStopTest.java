package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A daemon that dies while it ends something leaves it to the next one to go on with that. */
final class InterruptedStopTest {
    private final CoreFixture core = CoreFixture.fresh();
    private final Workspace web = core.workspace("web");

    private static Command job(CoreFixture fixture) {
        return fixture.commands.get("job", Optional.empty());
    }

    private Command stubborn(Commands.Request request) {
        Command command = core.run(web, request);
        core.launcher.child("job").ignoreTerm();
        return command;
    }

    @BeforeEach
    void anotherThatRunsOn() {
        core.run(web, CoreFixture.named("other", RestartPolicy.NEVER));
    }

    private void restart(Command command) {
        core.commands.restart(command, Commands.GRACE, Answer.of(started -> {}, e -> {}));
        core.settle();
    }

    @Test
    void aRestartWhoseProcessIsGoneIsMadeGood() {
        restart(stubborn(CoreFixture.named("job", RestartPolicy.NEVER)));
        core.launcher.vanish("job");
        CoreFixture next = core.crashed().restore();
        next.settle();
        assertEquals(JobState.RUNNING, job(next).state());
        assertEquals(List.of("job"), next.launcher.launched());
        assertEquals(List.of(), next.launcher.child("other").signals());
    }

    @Test
    void aRestartWhoseProcessIsStillThereIsGoneOnWith() {
        restart(stubborn(CoreFixture.named("job", RestartPolicy.NEVER)));
        CoreFixture next = core.crashed();
        next.launcher.child("job").ignoreTerm();
        next.restore().settle();
        assertEquals(JobState.STOPPING, job(next).state());
        assertEquals(List.of(), next.launcher.launched());
        next.pass(Commands.GRACE);
        assertEquals(JobState.RUNNING, job(next).state());
        assertEquals(List.of("job"), next.launcher.launched());
        assertEquals(2, next.launcher.alive().size());
    }

    /** A next daemon that has killed the process of a restart which an earlier one began, were it not for its grace. */
    private CoreFixture endingAgain() {
        restart(stubborn(CoreFixture.named("job", RestartPolicy.of(RestartPolicy.Policy.ALWAYS))));
        CoreFixture next = core.crashed();
        next.launcher.child("job").ignoreTerm();
        next.restore().settle();
        assertEquals(JobState.STOPPING, job(next).state());
        return next;
    }

    @Test
    void aRestartIsNotGoneOnWithInAWorkspaceThatIsDeletedMeanwhile() {
        CoreFixture next = endingAgain();
        Workspace again = next.workspaces.get("web");
        boolean[] deleted = new boolean[1];
        next.workspaces.delete(again, EndedBy.USER, Optional.empty(), Answer.of(ended -> deleted[0] = true, e -> {}));
        next.pass(Commands.GRACE);
        next.pass(Duration.ofHours(1));
        assertTrue(deleted[0]);
        assertEquals(List.of(), next.launcher.launched());
        assertEquals(List.of(), next.launcher.alive());
    }

    @Test
    void aRestartIsNotGoneOnWithIfItIsStoppedMeanwhile() {
        CoreFixture next = endingAgain();
        next.commands.stop(job(next), Commands.GRACE, Answer.of(ended -> {}, e -> {}));
        next.pass(Commands.GRACE);
        next.pass(Duration.ofHours(1));
        assertEquals(JobState.STOPPED, job(next).state());
        assertEquals(List.of(), next.launcher.launched());
    }

    @Test
    void aRestartWaitsInAWorkspaceThatIsPausedMeanwhile() {
        CoreFixture next = endingAgain();
        Workspace again = next.workspaces.get("web");
        next.<WorkspacePause.Done>ok(answer -> next.workspaces.pausing().pause(again, answer));
        next.pass(Commands.GRACE);
        assertEquals(JobState.PAUSED, job(next).state());
        assertEquals(List.of(), next.launcher.launched());
        next.<WorkspacePause.Done>ok(answer -> next.workspaces.pausing().resume(again, answer));
        next.settle();
        assertEquals(JobState.RUNNING, job(next).state());
    }

    @Test
    void theStopOfOneThatIsNotDeclaredIsFinished() {
        Command command = stubborn(CoreFixture.unnamed("job"));
        core.commands.stop(command, Commands.GRACE, Answer.of(ended -> {}, e -> {}));
        core.settle();
        CoreFixture next = core.crashed().restore();
        next.pass(Commands.GRACE);
        assertEquals(JobState.STOPPED, job(next).state());
        CoreFixture third = next.crashed().restore();
        third.pass(Duration.ofHours(1));
        assertEquals(JobState.STOPPED, job(third).state());
        assertEquals(1, third.launcher.alive().size());
    }

    @Test
    void oneThatIsGoneSinceItsStopWasStoppedAndDidNotDie() {
        Command command = stubborn(CoreFixture.unnamed("job"));
        core.commands.stop(command, Commands.GRACE, Answer.of(ended -> {}, e -> {}));
        core.settle();
        core.launcher.vanish("job");
        CoreFixture next = core.crashed().restore();
        assertEquals(JobState.STOPPED, job(next).state());
        assertEquals("stopped by user: ended, exit status unknown", job(next).why());
    }

    @Test
    void whatADaemonThatWentWasEndingRunsAgain() {
        Command command = stubborn(CoreFixture.named("job", RestartPolicy.NEVER));
        command.stop(EndedBy.DAEMON, Commands.GRACE, () -> {});
        core.settle();
        core.launcher.vanish("job");
        CoreFixture next = core.crashed().restore();
        next.settle();
        assertEquals(JobState.RUNNING, job(next).state());
        assertEquals(List.of("job"), next.launcher.launched());
    }

    @Test
    void oneThatEndsWhileItIsAdoptedWasStoppedAndIsNotStartedAgain() {
        Command command = stubborn(CoreFixture.named("job", RestartPolicy.of(RestartPolicy.Policy.ALWAYS)));
        core.commands.stop(command, Commands.GRACE, Answer.of(ended -> {}, e -> {}));
        core.settle();
        CoreFixture next = core.crashed();
        next.launcher.child("job").exit(143);
        next.restore().pass(Duration.ofHours(1));
        assertEquals(JobState.STOPPED, job(next).state(), job(next)::why);
        assertEquals(List.of(), next.launcher.launched());
    }

    @Test
    void aStopThatIsOnDiskNeedsNoNote() {
        Command command = stubborn(CoreFixture.named("job", RestartPolicy.NEVER));
        core.commands.stop(command, Commands.GRACE, Answer.of(ended -> {}, e -> {}));
        core.settle();
        assertEquals(Optional.empty(), command.lastRecord().orElseThrow().endedBy());
        CoreFixture next = core.crashed().restore();
        next.pass(Commands.GRACE);
        assertEquals(JobState.STOPPED, job(next).state());
    }
}
