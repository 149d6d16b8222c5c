package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.U64;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.linux.Freezing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WorkspacePauseTest {
    private static final RestartPolicy ALWAYS = CoreFixture.policy(RestartPolicy.Policy.ALWAYS, 100, 0);

    private final CoreFixture core = CoreFixture.fresh();
    private final Workspace web = core.workspace("web");

    private static WorkspacePause.Done pause(CoreFixture fixture, Workspace workspace) {
        return fixture.ok(answer -> fixture.workspaces.pausing().pause(workspace, answer));
    }

    private static WorkspacePause.Done resume(CoreFixture fixture, Workspace workspace) {
        return fixture.ok(answer -> fixture.workspaces.pausing().resume(workspace, answer));
    }

    private static Command command(CoreFixture fixture, String name) {
        return fixture.commands.get(name, Optional.empty());
    }

    @Test
    void allIsFrozenAndGoesOn() {
        Command a = core.run(web, CoreFixture.named("a", ALWAYS));
        core.run(web, CoreFixture.unnamed("b"));
        core.launcher.child("b").freezesBy(Freezing.SIGNAL);
        assertEquals(new WorkspacePause.Done(2, Freezing.SIGNAL), pause(core, web));
        assertEquals(WorkspaceStatus.State.PAUSED, web.status().state());
        assertEquals(JobState.PAUSED, a.state());
        assertEquals("paused: stopped by SIGSTOP", command(core, "b").why());
        assertEquals(new WorkspacePause.Done(2, Freezing.GROUP), resume(core, web));
        assertEquals(WorkspaceStatus.State.ACTIVE, web.status().state());
        assertEquals(JobState.RUNNING, a.state());
        assertEquals(List.of("freeze", "thaw"), core.launcher.child("a").freezes());
    }

    @Test
    void nothingIsStartedInIt() {
        Command a = core.run(web, CoreFixture.named("a", ALWAYS));
        pause(core, web);
        ShipoteException refused =
                core.<Command>refused(answer -> core.commands.run(web, CoreFixture.unnamed("b"), answer));
        assertEquals(ErrorCode.WRONG_STATE, refused.code());
        assertTrue(refused.getMessage().contains("ws resume"), refused.getMessage());
        assertEquals(
                ErrorCode.WRONG_STATE,
                core.<Command>refused(answer -> core.commands.restart(a, Duration.ZERO, answer))
                        .code());
        assertEquals(List.of("a"), core.launcher.launched());
        assertEquals(JobState.PAUSED, a.state());
    }

    @Test
    void whatIsBeingRestartedWhenItIsPausedIsHeld() {
        Command a = core.run(web, CoreFixture.named("a", ALWAYS));
        core.launcher.child("a").ignoreTerm();
        List<ShipoteException> refused = new ArrayList<>();
        core.commands.restart(a, Commands.GRACE, Answer.of(started -> {}, refused::add));
        core.settle();
        pause(core, web);
        core.pass(Commands.GRACE);
        assertEquals(ErrorCode.WRONG_STATE, refused.get(0).code());
        assertEquals(JobState.PAUSED, a.state());
        assertEquals(List.of("a"), core.launcher.launched());
        resume(core, web);
        core.settle();
        assertEquals(JobState.RUNNING, a.state());
        assertEquals(List.of("a", "a"), core.launcher.launched());
    }

    @Test
    void aPauseOutlivesTheDaemon() {
        core.run(web, CoreFixture.named("a", ALWAYS));
        core.run(web, CoreFixture.named("dies", ALWAYS));
        pause(core, web);
        core.launcher.vanish("dies");
        CoreFixture next = core.crashed().restore();
        Workspace again = next.workspaces.get("web");
        assertEquals(WorkspaceStatus.State.PAUSED, again.status().state());
        assertEquals(JobState.PAUSED, command(next, "a").state());
        assertEquals(JobState.PAUSED, command(next, "dies").state());
        next.pass(Duration.ofHours(1));
        assertEquals(List.of(), next.launcher.launched());
        resume(next, again);
        next.settle();
        assertEquals(List.of("dies"), next.launcher.launched());
        assertEquals(JobState.RUNNING, command(next, "a").state());
        assertEquals(WorkspaceStatus.State.ACTIVE, again.status().state());
    }

    @Test
    void whatADaemonThatDiedHadNotFrozenYetIsFrozen() {
        core.run(web, CoreFixture.named("a", ALWAYS));
        web.paused(Optional.of(1L));
        core.ok((Answer<Void> answer) -> core.intents.save(web, answer));
        CoreFixture next = core.crashed().restore();
        next.settle();
        assertEquals(List.of("freeze"), next.launcher.child("a").freezes());
        assertEquals(JobState.PAUSED, command(next, "a").state());
    }

    @Test
    void aResumeThatADaemonDidNotFinishIsUndone() {
        core.run(web, CoreFixture.named("a", ALWAYS));
        core.run(web, CoreFixture.named("b", ALWAYS));
        pause(core, web);
        core.disk.full(true);
        ShipoteException refused = core.<WorkspacePause.Done>refused(
                answer -> core.workspaces.pausing().resume(web, answer));
        assertEquals(ErrorCode.NOT_STORED, refused.code());
        assertEquals(WorkspaceStatus.State.PAUSED, web.status().state());
        assertEquals(JobState.PAUSED, command(core, "a").state());
        assertEquals(
                List.of("freeze", "thaw", "freeze"), core.launcher.child("a").freezes());
        core.disk.full(false);
        // The thaw has come to one of them when the daemon dies.
        web.resuming();
        core.ok((Answer<Void> answer) -> command(core, "a").resume(answer));
        CoreFixture next = core.crashed().restore();
        next.settle();
        assertEquals(
                WorkspaceStatus.State.PAUSED,
                next.workspaces.get("web").status().state());
        for (String name : List.of("a", "b")) {
            assertEquals(JobState.PAUSED, command(next, name).state());
            List<String> freezes = next.launcher.child(name).freezes();
            assertEquals("freeze", freezes.get(freezes.size() - 1));
        }
    }

    @Test
    void aCommandThatIsPausedByItselfStaysSoOverARestart() {
        Command a = core.run(web, CoreFixture.named("a", ALWAYS));
        core.ok((Answer<Freezing> answer) -> a.pause(answer));
        CoreFixture next = core.crashed().restore();
        Command again = command(next, "a");
        assertEquals(JobState.PAUSED, again.state());
        assertEquals("paused: frozen; adopted from an earlier daemon", again.why());
        next.ok((Answer<Void> answer) -> again.resume(answer));
        assertEquals(JobState.RUNNING, again.state());
    }

    @Test
    void itsTtlStillEndsIt() {
        Workspace brief = core.workspace(WorkspaceSpec.of("brief").withTtlMs(Optional.of(U64.of(5_000))));
        core.run(brief, CoreFixture.unnamed("b"));
        pause(core, brief);
        core.pass(Duration.ofSeconds(5));
        core.pass(WorkspaceEnding.GRACE);
        assertEquals(0, core.launcher.alive().size());
        assertEquals(Optional.empty(), core.workspaces.byId(brief.id()));
    }

    @Test
    void aStopEndsThePauseToo() {
        core.run(web, CoreFixture.named("a", ALWAYS));
        pause(core, web);
        core.ok((Answer<Long> answer) -> core.workspaces.stop(web, EndedBy.USER, Optional.empty(), answer));
        assertEquals(WorkspaceStatus.State.STOPPED, web.status().state());
        core.ok((Answer<Command> answer) -> core.commands.start(command(core, "a"), answer));
        assertEquals(WorkspaceStatus.State.ACTIVE, web.status().state());
    }

    @Test
    void whatIsNotStoredIsNotDone() {
        core.run(web, CoreFixture.named("a", ALWAYS));
        core.disk.full(true);
        ShipoteException refused = core.<WorkspacePause.Done>refused(
                answer -> core.workspaces.pausing().pause(web, answer));
        assertEquals(ErrorCode.NOT_STORED, refused.code());
        assertEquals(WorkspaceStatus.State.ACTIVE, web.status().state());
        assertEquals(List.of(), core.launcher.child("a").freezes());
    }

    @Test
    void whatIsNotActiveCannotBePausedNorWhatRunsBeResumed() {
        assertEquals(
                ErrorCode.WRONG_STATE,
                core.<WorkspacePause.Done>refused(
                                answer -> core.workspaces.pausing().resume(web, answer))
                        .code());
        core.ok((Answer<Long> answer) -> core.workspaces.stop(web, EndedBy.USER, Optional.empty(), answer));
        assertEquals(
                ErrorCode.WRONG_STATE,
                core.<WorkspacePause.Done>refused(
                                answer -> core.workspaces.pausing().pause(web, answer))
                        .code());
    }
}
