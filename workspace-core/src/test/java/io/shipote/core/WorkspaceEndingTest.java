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
import io.shipote.core.store.FoldResult;
import io.shipote.core.store.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WorkspaceEndingTest {
    private static final Duration GRACE = Duration.ofSeconds(1);
    private static final RestartPolicy ALWAYS = CoreFixture.policy(RestartPolicy.Policy.ALWAYS, 100, 0);

    private final CoreFixture core = CoreFixture.fresh();
    private final Workspace web = core.workspace("web");

    private long stop(CoreFixture fixture, Workspace workspace) {
        return fixture.ok(answer -> fixture.workspaces.stop(workspace, EndedBy.USER, Optional.of(GRACE), answer));
    }

    private long delete(CoreFixture fixture, Workspace workspace) {
        return fixture.ok(answer -> fixture.workspaces.delete(workspace, EndedBy.USER, Optional.of(GRACE), answer));
    }

    @Test
    void aStopEndsAllAndTellsHowMany() {
        Command a = core.run(web, CoreFixture.named("a", ALWAYS));
        Command b = core.run(web, CoreFixture.unnamed("b"));
        assertEquals(2, stop(core, web));
        assertEquals(WorkspaceStatus.State.STOPPED, web.state());
        assertEquals(JobState.STOPPED, a.state());
        assertEquals(JobState.STOPPED, b.state());
        core.pass(Duration.ofMinutes(1));
        assertEquals(List.of("a", "b"), core.launcher.launched());
    }

    @Test
    void aStopIsDurable() {
        core.run(web, CoreFixture.named("a", ALWAYS));
        stop(core, web);
        CoreFixture next = core.crashed().restore();
        assertEquals(WorkspaceStatus.State.STOPPED, next.workspaces.get("web").state());
        next.pass(Duration.ofMinutes(1));
        assertEquals(List.of(), next.launcher.launched());
        assertEquals(
                JobState.STOPPED,
                next.commands.get("a", java.util.Optional.empty()).state());
    }

    @Test
    void everythingEndsWithinOneGrace() {
        for (int i = 0; i < 20; i++) {
            core.run(web, CoreFixture.unnamed("c" + i));
            core.launcher.child("c" + i).ignoreTerm();
        }
        boolean[] done = new boolean[1];
        core.workspaces.stop(web, EndedBy.USER, Optional.of(GRACE), Answer.of(ended -> done[0] = ended == 20, e -> {}));
        core.pass(GRACE.minusMillis(1));
        assertEquals(20, core.launcher.alive().size());
        core.pass(Duration.ofMillis(1));
        assertTrue(done[0]);
        assertEquals(List.of(15, 9), core.launcher.child("c7").signals());
    }

    @Test
    void theWishIsOnDiskBeforeTheFirstSignal() {
        core.run(web, CoreFixture.unnamed("a"));
        core.disk.full(true);
        assertEquals(
                ErrorCode.NOT_STORED,
                core.<Long>refused(answer -> core.workspaces.stop(web, EndedBy.USER, Optional.of(GRACE), answer))
                        .code());
        assertEquals(
                ErrorCode.NOT_STORED,
                core.<Long>refused(answer -> core.workspaces.delete(web, EndedBy.USER, Optional.of(GRACE), answer))
                        .code());
        assertEquals(List.of(), core.launcher.child("a").signals());
        assertEquals(WorkspaceStatus.State.ACTIVE, web.state());
        assertTrue(!web.deleting());
    }

    @Test
    void whileTheDaemonStopsAChangeIsBusyAndTheNextDaemonFinishesADeletion() {
        core.run(web, CoreFixture.unnamed("a"));
        core.launcher.child("a").ignoreTerm();
        List<ShipoteException> refused = new ArrayList<>();
        core.workspaces.delete(
                web,
                EndedBy.USER,
                Optional.of(GRACE),
                Answer.of(
                        ended -> {
                            throw new AssertionError("deleted");
                        },
                        refused::add));
        core.settle();
        List<FoldResult> closed = new ArrayList<>();
        core.store.close(closed::add);
        core.until(() -> !closed.isEmpty());
        core.pass(GRACE);
        core.until(() -> !refused.isEmpty());
        ShipoteException create =
                core.<Workspace>refused(answer -> core.workspaces.create(WorkspaceSpec.of("db"), false, answer));
        for (ShipoteException told : List.of(refused.get(0), create)) {
            assertEquals(ErrorCode.BUSY, told.code());
            assertEquals("stopping", told.fields().get("limit"));
            assertEquals(
                    "the daemon is stopping (try again: the next one answers, and finishes what had begun)",
                    told.getMessage());
        }
        CoreFixture next = core.crashed().restore();
        next.pass(GRACE);
        assertTrue(next.workspaces.all().isEmpty());
    }

    @Test
    void aStopThatIsNotStoredLeavesTheWishes() {
        Command a = core.run(web, CoreFixture.named("a", ALWAYS));
        core.disk.full(true);
        core.<Long>refused(answer -> core.workspaces.stop(web, EndedBy.USER, Optional.of(GRACE), answer));
        assertTrue(a.intent().up());
        core.disk.full(false);
        core.workspace("other");
        CoreFixture next = core.crashed().restore();
        assertEquals(List.of("adopt a"), next.launcher.adoptions());
        assertEquals(
                JobState.RUNNING,
                next.commands.get("a", java.util.Optional.empty()).state());
    }

    @Test
    void aStopThatIsNotStoredLeavesEachCommandItsOwnWish() {
        Command a = core.run(web, CoreFixture.named("a", RestartPolicy.NEVER));
        Command b = core.run(web, CoreFixture.named("b", ALWAYS));
        core.<Long>ok(answer -> core.commands.stop(a, GRACE, answer));
        CommandIntent ofA = a.intent();
        CommandIntent ofB = b.intent();
        core.disk.full(true);
        List<ErrorCode> refused = new ArrayList<>();
        core.commands.remove(a, Answer.of(removed -> {}, e -> refused.add(e.code())));
        core.workspaces.stop(web, EndedBy.USER, Optional.of(GRACE), Answer.of(ended -> {}, e -> refused.add(e.code())));
        core.until(() -> refused.size() == 2);
        assertEquals(List.of(ErrorCode.NOT_STORED, ErrorCode.NOT_STORED), refused);
        assertEquals(ofA, a.intent());
        assertEquals(ofB, b.intent());
    }

    @Test
    void aDeleteWhoseEndIsNotStoredCanBeMadeAgain() {
        Command a = core.run(web, CoreFixture.named("a", ALWAYS));
        core.launcher.child("a").ignoreTerm();
        List<ErrorCode> refused = new ArrayList<>();
        core.workspaces.delete(
                web, EndedBy.USER, Optional.of(GRACE), Answer.of(ended -> {}, e -> refused.add(e.code())));
        core.settle();
        core.disk.full(true);
        core.pass(GRACE);
        assertEquals(List.of(ErrorCode.NOT_STORED), refused);
        assertEquals(WorkspaceStatus.State.STOPPED, web.state());
        assertTrue(!a.intent().up());
        core.disk.full(false);
        assertEquals(0, delete(core, web));
        assertTrue(core.workspaces.all().isEmpty());
        assertTrue(core.crashed().restore().workspaces.all().isEmpty());
    }

    @Test
    void anEndingWorkspaceRefusesEverything() {
        core.run(web, CoreFixture.unnamed("a"));
        core.launcher.child("a").ignoreTerm();
        core.workspaces.stop(web, EndedBy.USER, Optional.of(GRACE), Answer.of(ended -> {}, e -> {}));
        core.settle();
        assertEquals(
                ErrorCode.WRONG_STATE,
                core.<Long>refused(answer -> core.workspaces.stop(web, EndedBy.USER, Optional.of(GRACE), answer))
                        .code());
        assertEquals(
                ErrorCode.WRONG_STATE,
                core.<Command>refused(answer -> core.commands.run(web, CoreFixture.unnamed("b"), answer))
                        .code());
        assertEquals(
                ErrorCode.WRONG_STATE,
                core.<List<Applied>>refused(answer -> core.workspaces.set(
                                web, Workspaces.Change.ofTtl(web, java.util.Optional.of(1L)), answer))
                        .code());
    }

    @Test
    void aDeleteRemovesItWithItsRuns() {
        core.run(web, CoreFixture.named("a", ALWAYS));
        assertEquals(1, delete(core, web));
        assertTrue(core.workspaces.all().isEmpty());
        assertTrue(core.store.entries(Section.WORKSPACES).isEmpty());
        assertEquals(List.of(), core.launcher.records());
        assertEquals(List.of(web.id()), core.launcher.released());
        assertTrue(core.crashed().restore().workspaces.all().isEmpty());
    }

    @Test
    void aDeleteThatACrashInterruptedIsFinished() {
        core.run(web, CoreFixture.named("a", ALWAYS));
        core.launcher.child("a").ignoreTerm();
        core.workspaces.delete(web, EndedBy.USER, Optional.of(GRACE), Answer.of(ended -> {}, e -> {}));
        core.settle();
        CoreFixture next = core.crashed().restore();
        next.pass(Commands.GRACE);
        assertTrue(next.workspaces.all().isEmpty());
        assertTrue(next.store.entries(Section.WORKSPACES).isEmpty());
        assertEquals(0, next.launcher.alive().size());
        assertEquals(List.of(), next.launcher.launched());
    }

    @Test
    void aStopThatACrashInterruptedIsFinished() {
        core.run(web, CoreFixture.named("a", ALWAYS));
        core.run(web, CoreFixture.unnamed("b"));
        core.launcher.child("a").ignoreTerm();
        core.launcher.child("b").ignoreTerm();
        core.workspaces.stop(web, EndedBy.USER, Optional.of(GRACE), Answer.of(ended -> {}, e -> {}));
        core.settle();
        CoreFixture next = core.crashed().restore();
        next.pass(Commands.GRACE);
        assertEquals(0, next.launcher.alive().size());
        assertEquals(WorkspaceStatus.State.STOPPED, next.workspaces.get("web").state());
    }

    @Test
    void aStoppedOneIsActiveAgainForGoodWhenSomethingIsStartedInIt() {
        stop(core, web);
        core.run(web, CoreFixture.unnamed("b"));
        assertEquals(WorkspaceStatus.State.ACTIVE, web.state());
        CoreFixture next = core.crashed().restore();
        next.pass(Duration.ofMinutes(1));
        assertEquals(WorkspaceStatus.State.ACTIVE, next.workspaces.get("web").state());
        assertEquals(1, next.launcher.alive().size());
    }

    @Test
    void aStartThatIsNotStoredLeavesItStopped() {
        stop(core, web);
        core.disk.full(true);
        assertEquals(
                ErrorCode.NOT_STORED,
                core.<Command>refused(answer -> core.commands.run(web, CoreFixture.unnamed("b"), answer))
                        .code());
        assertEquals(WorkspaceStatus.State.STOPPED, web.state());
        assertEquals(List.of(), core.launcher.launched());
    }
}
