package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CommandRef;
import io.shipote.card.ExitStatus;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CommandsTest {
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final RestartPolicy ALWAYS = CoreFixture.policy(RestartPolicy.Policy.ALWAYS, 100, 0);

    private final CoreFixture core = CoreFixture.fresh();
    private final Workspace web = core.workspace("web");

    private Command get(String target) {
        return core.commands.get(target, Optional.empty());
    }

    private ErrorCode missing(String target) {
        return core.refused(answer -> answer.ok(get(target))).code();
    }

    private long stop(Command command) {
        return core.ok(answer -> core.commands.stop(command, GRACE, answer));
    }

    private Command restart(Command command) {
        return core.ok(answer -> core.commands.restart(command, GRACE, answer));
    }

    private void remove(Command command) {
        core.<Void>ok(answer -> core.commands.remove(command, answer));
    }

    private ShipoteException refused(Commands.Request request) {
        return core.refused((Answer<Command> answer) -> core.commands.run(web, request, answer));
    }

    @Test
    void whatIsRemovedBeforeItsStartIsNotStarted() {
        ShipoteException refused = core.<Command>refused(answer -> {
            core.commands.run(web, CoreFixture.named("brief", RestartPolicy.NEVER), answer);
            core.commands.remove(web.commands().get(0), Answer.of(gone -> {}, e -> {}));
        });
        assertEquals(ErrorCode.WRONG_STATE, refused.code());
        assertEquals(List.of(), core.launcher.launches());
    }

    @Test
    void a6RegistryCrud() {
        Command crud = core.run(web, CoreFixture.named("crud", RestartPolicy.NEVER));
        stop(crud);
        CommandStatus seen = get("crud").status(0);
        assertEquals(Optional.of("crud"), seen.name());
        assertEquals(List.of("/bin/sleep", "1000"), seen.argv());
        assertEquals(JobState.STOPPED, seen.state());
        assertEquals(Optional.empty(), seen.pid());
        assertEquals(1, web.commands().size());
        assertSame(crud, get(crud.id()));
        remove(crud);
        assertEquals(ErrorCode.NOT_FOUND, missing("crud"));
        assertEquals(List.of(), core.launcher.records());
        core.crashed().restore().workspaces.get("web").commands().forEach(c -> {
            throw new AssertionError(c.label() + " came back");
        });
    }

    @Test
    void a7StartListStopDelete() {
        Command command = core.run(web, CoreFixture.named("job", RestartPolicy.NEVER));
        assertEquals(JobState.RUNNING, command.state());
        assertTrue(command.status(0).pid().orElseThrow() > 0);
        assertEquals(List.of(command), web.commands());
        assertEquals(
                ErrorCode.ALREADY_EXISTS,
                refused(CoreFixture.named("job", RestartPolicy.NEVER)).code());
        assertEquals(
                ErrorCode.WRONG_STATE,
                core.<Void>refused(answer -> core.commands.remove(command, answer))
                        .code());
        assertEquals(1, stop(command));
        assertEquals(JobState.STOPPED, command.state());
        assertEquals("stopped by user: killed by SIGTERM (15)", command.why());
        assertEquals(Optional.of("user"), command.status(0).endedBy());
        remove(command);
        assertEquals(ErrorCode.NOT_FOUND, missing("job"));
        assertEquals(1, core.launcher.launches().size());
    }

    @Test
    void a8ARestartCounts() {
        Command command = core.run(web, CoreFixture.named("job", RestartPolicy.NEVER));
        FakeChild first = core.launcher.child("job");
        String firstRun = command.status(0).run().orElseThrow();
        assertEquals(1, restart(command).status(0).restarts());
        assertEquals(JobState.RUNNING, command.state());
        assertEquals(List.of(15), first.signals());
        assertTrue(!command.status(0).run().orElseThrow().equals(firstRun));
        assertEquals(2, restart(command).status(0).restarts());
        assertEquals(3, core.launcher.launches().get(2).record().attempt());
        assertEquals(1, core.launcher.alive().size());
        assertEquals(3, core.launcher.records().size());
        assertEquals(1, stop(command));
        assertEquals(JobState.STOPPED, command.state());
    }

    @Test
    void b18WithoutANameOrAProgramNothingHappens() {
        CommandRef empty = CommandRef.nativeCommand("", "", List.of());
        ShipoteException e = refused(new Commands.Request(empty, Optional.of(" "), RestartPolicy.NEVER));
        assertEquals(ErrorCode.INVALID_SPEC, e.code());
        assertEquals(3, ((List<?>) e.fields().get("problems")).size());
        assertEquals(List.of(), web.commands());
        assertEquals(List.of(), core.launcher.launches());
    }

    @Test
    void b19AnIdWinsOverANameThatLooksLikeIt() {
        Command plain = core.run(web, CoreFixture.unnamed("plain"));
        Command sly = core.run(web, CoreFixture.named(plain.id(), RestartPolicy.NEVER));
        assertSame(plain, get(plain.id()));
        assertSame(sly, get(sly.id()));
    }

    @Test
    void aNameIsFoundInItsWorkspaceOrAmongAll() {
        Command here = core.run(web, CoreFixture.named("job", RestartPolicy.NEVER));
        Workspace other = core.workspace("other");
        Command there = core.run(other, CoreFixture.named("job", RestartPolicy.NEVER));
        assertSame(here, core.commands.get("job", Optional.of("web")));
        assertSame(there, core.commands.get("job", Optional.of("other")));
        assertEquals(ErrorCode.AMBIGUOUS, missing("job"));
    }

    @Test
    void b20AStopOfWhatIsDownSucceeds() {
        Command command = core.run(web, CoreFixture.named("job", RestartPolicy.NEVER));
        stop(command);
        assertEquals(0, stop(command));
        assertEquals(JobState.STOPPED, command.state());
    }

    @Test
    void b21AStopOfAllWithNothingThereIsNoError() {
        assertEquals(
                0L,
                core.ok((Answer<Long> answer) -> core.workspaces.stop(web, EndedBy.USER, Optional.of(GRACE), answer)));
        assertEquals(ErrorCode.NOT_FOUND, missing("job"));
    }

    @Test
    void b22AStopIsNeverUndone() {
        Command command = core.run(web, CoreFixture.named("job", ALWAYS));
        stop(command);
        core.pass(Duration.ofHours(1));
        assertEquals(1, core.launcher.launches().size());
        CoreFixture next = core.crashed().restore();
        next.pass(Duration.ofHours(1));
        assertEquals(0, next.launcher.launches().size());
        assertEquals(
                JobState.STOPPED, next.commands.get("job", Optional.empty()).state());
    }

    @Test
    void b25WithoutAPolicyItStaysAsItEnded() {
        Command command = core.run(web, CoreFixture.named("job", RestartPolicy.NEVER));
        core.launcher.child("job").exit(3);
        core.pass(Duration.ofHours(1));
        CommandStatus seen = command.status(0);
        assertEquals(JobState.FAILED, seen.state());
        assertEquals(Optional.of(3L), seen.status());
        assertEquals(Optional.empty(), seen.pid());
        assertEquals("exit 3", seen.why());
        assertEquals(1, core.launcher.launches().size());
    }

    @Test
    void aCrashIsFollowedByItsRestart() {
        Command command = core.run(web, CoreFixture.named("job", ALWAYS));
        core.launcher.child("job").exit(new ExitStatus.Signalled(11, false));
        core.pass(Duration.ZERO);
        assertEquals(JobState.BACKOFF, command.state());
        assertEquals(
                Optional.of(core.loop.wallMillis() + 100), command.status(0).nextTryMs());
        core.pass(Duration.ofMillis(100));
        assertEquals(JobState.RUNNING, command.state());
        assertEquals(2, core.launcher.launches().get(1).record().attempt());
        assertEquals(2, core.launcher.records().size());
    }

    @Test
    void whatIgnoresSigtermIsKilledAfterTheGrace() {
        Command command = core.run(web, CoreFixture.unnamed("deaf"));
        core.launcher.child("deaf").ignoreTerm();
        core.commands.stop(command, Duration.ofMillis(500), Answer.of(ended -> {}, e -> {}));
        core.pass(Duration.ofMillis(499));
        assertEquals(JobState.STOPPING, command.state());
        core.pass(Duration.ofMillis(1));
        assertEquals(JobState.STOPPED, command.state());
        assertEquals(List.of(15, 9), core.launcher.child("deaf").signals());
    }

    @Test
    void whoeverWaitsIsCalledOnceItHasEndedForGood() {
        Command command = core.run(web, CoreFixture.named("job", ALWAYS));
        int[] settled = new int[2];
        command.whenSettled(() -> settled[0]++);
        command.whenSettled(() -> settled[1]++).run();
        core.launcher.child("job").exit(1);
        core.pass(Duration.ofMillis(100));
        assertEquals(0, settled[0]);
        stop(command);
        assertEquals(1, settled[0]);
        assertEquals(0, settled[1]);
        command.whenSettled(() -> settled[1]++);
        assertEquals(1, settled[1]);
    }

    @Test
    void aSignalReachesWhatRuns() {
        Command command = core.run(web, CoreFixture.unnamed("job"));
        int[] signalled = {-1};
        command.signal(10, count -> signalled[0] = count);
        core.settle();
        assertEquals(1, signalled[0]);
        assertEquals(List.of(10), core.launcher.child("job").signals());
        stop(command);
        command.signal(10, count -> signalled[0] = count);
        assertEquals(0, signalled[0]);
    }
}
