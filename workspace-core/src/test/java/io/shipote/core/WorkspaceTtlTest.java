package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.ExitPolicy;
import io.shipote.card.U64;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.store.Section;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WorkspaceTtlTest {
    private final CoreFixture core = CoreFixture.fresh();

    private static WorkspaceSpec spec(U64 ttl, ExitPolicy onExit) {
        return WorkspaceSpec.of("web").withTtlMs(Optional.of(ttl)).withOnExit(onExit);
    }

    private Workspace workspace(long ttlMs, ExitPolicy onExit) {
        return core.workspace(spec(U64.of(ttlMs), onExit));
    }

    private void setTtl(CoreFixture fixture, Workspace workspace, Optional<Long> ttlMs) {
        fixture.<List<Applied>>ok(
                answer -> fixture.workspaces.set(workspace, Workspaces.Change.ofTtl(workspace, ttlMs), answer));
    }

    @Test
    void reapLeavesNothing() {
        Workspace web = workspace(5000, ExitPolicy.REAP);
        core.run(web, CoreFixture.unnamed("sleep"));
        core.pass(Duration.ofMillis(4999));
        assertEquals(1, core.launcher.alive().size());
        core.pass(Duration.ofMillis(1));
        assertTrue(core.workspaces.all().isEmpty());
        assertEquals(0, core.launcher.alive().size());
        assertEquals(java.util.List.of(web.id()), core.launcher.released());
        assertTrue(core.store.entries(Section.WORKSPACES).isEmpty());
        core.workspace("web");
    }

    @Test
    void keepAndSnapshotStop() {
        for (ExitPolicy policy : java.util.List.of(ExitPolicy.KEEP, ExitPolicy.SNAPSHOT)) {
            CoreFixture fixture = CoreFixture.fresh();
            Workspace web = fixture.workspace(spec(U64.of(5000), policy));
            Command sleep = fixture.run(web, CoreFixture.unnamed("sleep"));
            fixture.pass(Duration.ofMillis(5000));
            assertEquals(WorkspaceStatus.State.STOPPED, web.state(), policy.word());
            assertEquals(
                    EndedBy.TTL.word(),
                    sleep.lastRecord().orElseThrow().endedBy().orElseThrow());
            assertEquals(1, fixture.launcher.records().size());
            assertEquals(0, fixture.launcher.alive().size());
        }
    }

    @Test
    void zeroEndsRightAfterTheCreation() {
        Workspace web = workspace(0, ExitPolicy.KEEP);
        assertEquals("web", web.label());
        core.settle();
        assertEquals(WorkspaceStatus.State.STOPPED, web.state());
    }

    @Test
    void theLargestNumberIsNever() {
        Workspace web = core.workspace(spec(U64.MAX, ExitPolicy.REAP));
        assertEquals(Optional.of(Long.MAX_VALUE), web.deadlineMs());
        core.pass(Duration.ofDays(1));
        assertEquals(WorkspaceStatus.State.ACTIVE, web.state());
    }

    @Test
    void canBeExtendedAndTakenAway() {
        Workspace web = workspace(5000, ExitPolicy.KEEP);
        core.pass(Duration.ofMillis(4000));
        setTtl(core, web, Optional.of(10_000L));
        core.pass(Duration.ofMillis(9_999));
        assertEquals(WorkspaceStatus.State.ACTIVE, web.state());
        setTtl(core, web, Optional.empty());
        core.pass(Duration.ofDays(1));
        assertEquals(WorkspaceStatus.State.ACTIVE, web.state());
        setTtl(core, web, Optional.of(1L));
        core.pass(Duration.ofMillis(1));
        assertEquals(WorkspaceStatus.State.STOPPED, web.state());
    }

    @Test
    void anExtensionThatIsNotStoredIsNone() {
        Workspace web = workspace(5000, ExitPolicy.KEEP);
        core.disk.full(true);
        assertEquals(
                ErrorCode.NOT_STORED,
                core.<List<Applied>>refused(answer ->
                                core.workspaces.set(web, Workspaces.Change.ofTtl(web, Optional.empty()), answer))
                        .code());
        core.disk.full(false);
        core.pass(Duration.ofMillis(5000));
        assertEquals(WorkspaceStatus.State.STOPPED, web.state());
    }

    @Test
    void anEndThatCouldNotBeStoredIsTriedAgain() {
        Workspace web = workspace(5000, ExitPolicy.KEEP);
        core.disk.full(true);
        core.pass(Duration.ofMillis(5000));
        assertEquals(WorkspaceStatus.State.ACTIVE, web.state());
        core.disk.full(false);
        core.pass(Deadlines.LOOK_AGAIN);
        assertEquals(WorkspaceStatus.State.STOPPED, web.state());
    }

    @Test
    void theDeadlineIsAMomentWhateverTheDaemonDoes() {
        Workspace web = workspace(60_000, ExitPolicy.KEEP);
        CoreFixture next = core.crashed(Duration.ofMillis(40_000)).restore();
        Workspace again = next.workspaces.get("web");
        assertEquals(web.deadlineMs(), again.deadlineMs());
        next.pass(Duration.ofMillis(19_999));
        assertEquals(WorkspaceStatus.State.ACTIVE, again.state());
        next.pass(Duration.ofMillis(1));
        assertEquals(WorkspaceStatus.State.STOPPED, again.state());
    }

    @Test
    void aClockThatIsSetBackEndsItLaterButOnceAndNotNever() {
        core.workspace(spec(U64.of(60_000), ExitPolicy.KEEP));
        core.run(core.workspaces.get("web"), CoreFixture.unnamed("a"));
        core.pass(Duration.ofSeconds(50));
        core.loop.shiftWall(Duration.ofSeconds(-50));
        core.pass(Duration.ofSeconds(59));
        assertEquals(1, core.launcher.alive().size());
        core.pass(Duration.ofSeconds(1));
        core.pass(WorkspaceEnding.GRACE);
        assertEquals(0, core.launcher.alive().size());
        core.loop.shiftWall(Duration.ofSeconds(-50));
        core.pass(Duration.ofMinutes(5));
        assertEquals(
                1,
                core.events.stream()
                        .filter(event -> event.kind().equals("workspace.stopped"))
                        .count());
    }

    @Test
    void aSettingOfTheWallClockIsSeen() {
        Workspace web = workspace(3_600_000, ExitPolicy.KEEP);
        core.loop.shiftWall(Duration.ofHours(1));
        core.pass(Deadlines.LOOK_AGAIN);
        assertEquals(WorkspaceStatus.State.STOPPED, web.state());
    }

    @Test
    void whatExpiredWhileNoDaemonRanEndsWithAllItsProcesses() {
        assertTrue(expiredMeanwhile(ExitPolicy.REAP).workspaces.all().isEmpty());
    }

    @Test
    void whatIsToBeKeptEndsWithAllItsProcessesToo() {
        CoreFixture next = expiredMeanwhile(ExitPolicy.KEEP);
        assertEquals(WorkspaceStatus.State.STOPPED, next.workspaces.get("web").state());
    }

    private CoreFixture expiredMeanwhile(ExitPolicy onExit) {
        Workspace web = workspace(5000, onExit);
        core.run(web, CoreFixture.unnamed("sleep"));
        CoreFixture next = core.crashed(Duration.ofMillis(6000));
        next.launcher.hold();
        RestoreWorkspaces restore = new RestoreWorkspaces(next.host, next.intents, next.workspaces, next.quarantine);
        restore.read(next.store.entries(Section.WORKSPACES));
        boolean[] done = new boolean[1];
        restore.revive(new RunsFound(next.launcher.records()), () -> done[0] = true);
        next.settle();
        next.launcher.letGo();
        next.until(() -> done[0]);
        restore.finish();
        next.pass(Deadlines.LOOK_AGAIN);
        assertEquals(0, next.launcher.alive().size());
        return next;
    }

    @Test
    void aStoppedOneIsNotEndedByItsDeadlineBecauseItIsChanged() {
        Workspace web = workspace(5000, ExitPolicy.REAP);
        core.<Long>ok(answer -> core.workspaces.stop(web, EndedBy.USER, Optional.empty(), answer));
        core.pass(Duration.ofSeconds(6));
        setTtl(core, web, Optional.of(1000L));
        core.pass(Duration.ofHours(1));
        assertEquals(List.of(web), List.copyOf(core.workspaces.all()));
        setTtl(core, web, Optional.of(1000L));
        core.run(web, CoreFixture.unnamed("sleep"));
        core.pass(Duration.ofSeconds(1));
        assertTrue(core.workspaces.all().isEmpty());
    }

    @Test
    void aDeadlineDuringAStopDoesNotDisturbIt() {
        Workspace web = workspace(5000, ExitPolicy.REAP);
        Command sleep = core.run(web, CoreFixture.unnamed("sleep"));
        core.launcher.child("sleep").ignoreTerm();
        core.pass(Duration.ofMillis(4000));
        boolean[] done = new boolean[1];
        core.workspaces.stop(
                web, EndedBy.USER, Optional.of(Duration.ofSeconds(10)), Answer.of(ended -> done[0] = true, e -> {}));
        core.pass(Duration.ofSeconds(5));
        assertFalse(done[0]);
        core.pass(Duration.ofSeconds(5));
        assertTrue(done[0]);
        assertEquals("user", sleep.lastRecord().orElseThrow().endedBy().orElseThrow());
        assertEquals(WorkspaceStatus.State.STOPPED, web.state());
    }
}
