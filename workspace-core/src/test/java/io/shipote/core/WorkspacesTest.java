package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.ExitPolicy;
import io.shipote.card.GroupLimits;
import io.shipote.card.SomaSpec;
import io.shipote.card.U64;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.store.Section;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WorkspacesTest {
    private final CoreFixture core = CoreFixture.fresh();

    private ShipoteException notFound(String target) {
        return core.refused(answer -> answer.ok(core.workspaces.get(target)));
    }

    private ShipoteException refused(WorkspaceSpec spec, boolean strict) {
        return core.refused((Answer<Workspace> answer) -> core.workspaces.create(spec, strict, answer));
    }

    @Test
    void aNewOneIsActiveListedAndOnDisk() {
        Workspace made = core.workspace("web");
        assertEquals(WorkspaceStatus.State.ACTIVE, made.state());
        assertEquals(List.of(made), List.copyOf(core.workspaces.all()));
        assertEquals(List.of(made.id()), core.launcher.prepared());
        assertEquals(1, core.store.entries(Section.WORKSPACES).size());
        assertEquals(
                made.id().text(), core.store.entries(Section.WORKSPACES).get(0).key());
        assertEquals("workspace.created", core.events.get(0).kind());
    }

    @Test
    void itIsNotListedBeforeItIsOnDisk() {
        core.workspaces.create(WorkspaceSpec.of("web"), false, Answer.of(made -> {}, e -> {}));
        core.loop.run();
        assertTrue(core.store.entries(Section.WORKSPACES).isEmpty()
                == core.workspaces.all().isEmpty());
        core.settle();
        assertEquals(1, core.workspaces.all().size());
    }

    @Test
    void isFoundByIdLabelAndPrefix() {
        Workspace web = core.workspace("web");
        String id = web.id().text();
        assertSame(web, core.workspaces.get(id));
        assertSame(web, core.workspaces.get(id.toLowerCase(java.util.Locale.ROOT)));
        assertSame(web, core.workspaces.get("web"));
        assertSame(web, core.workspaces.get(id.substring(0, 6)));
        assertEquals(ErrorCode.NOT_FOUND, notFound("we").code());
        assertEquals(ErrorCode.NOT_FOUND, notFound(id.substring(0, 5)).code());
        assertEquals("no workspace 'x'", notFound("x").getMessage());
    }

    @Test
    void anAmbiguousPrefixListsTheCandidates() {
        Workspace web = core.workspace("web");
        Workspace db = core.workspace("db");
        ShipoteException e = notFound(web.id().text().substring(0, 6));
        assertEquals(ErrorCode.AMBIGUOUS, e.code());
        assertEquals(List.of(web.id().text(), db.id().text()), e.fields().get("candidates"));
    }

    @Test
    void aLabelWinsOverAPrefix() {
        Workspace web = core.workspace("web");
        String prefix = web.id().text().substring(0, 10);
        Workspace sly = core.workspace(prefix);
        assertSame(sly, core.workspaces.get(prefix));
    }

    @Test
    void aTakenLabelIsRefusedEvenWhileTheFirstIsBeingMade() {
        core.workspaces.create(WorkspaceSpec.of("web"), false, Answer.of(made -> {}, e -> {}));
        assertEquals(
                ErrorCode.ALREADY_EXISTS,
                refused(WorkspaceSpec.of("web"), false).code());
        core.settle();
        ShipoteException e = refused(WorkspaceSpec.of("web"), false);
        assertEquals(core.workspaces.get("web").id().text(), e.fields().get("id"));
    }

    @Test
    void everyProblemOfASpecIsTold() {
        WorkspaceSpec spec = WorkspaceSpec.of(" ").withSoma(SomaSpec.none().withCpuWeight(Optional.of(0L)));
        ShipoteException e = refused(spec, false);
        assertEquals(ErrorCode.INVALID_SPEC, e.code());
        assertEquals(2, ((List<?>) e.fields().get("problems")).size(), e.getMessage());
        assertTrue(core.workspaces.all().isEmpty());
        assertEquals(List.of(), core.launcher.prepared());
    }

    @Test
    void strictRefusesWhatIsDegradedAndLeavesNothing() {
        core.launcher.applies(Applied.applied("mem_bytes"));
        core.launcher.applies(Applied.degraded("cpu_weight", "no controller"));
        ShipoteException e = refused(WorkspaceSpec.of("web"), true);
        assertEquals(ErrorCode.NOT_APPLIED, e.code());
        assertEquals("the workspace was not made: cpu_weight: no controller", e.getMessage());
        assertEquals(core.launcher.prepared(), core.launcher.released());
        assertTrue(core.store.entries(Section.WORKSPACES).isEmpty());
        assertTrue(core.workspaces.all().isEmpty());
        Workspace lenient = core.workspace("web");
        assertEquals(2, lenient.applied().size());
    }

    /** Cut short in between, its group could be told from nobody's by this alone. */
    @Test
    void itIsStoredBeforeItsGroupIsMade() {
        core.workspaces.create(WorkspaceSpec.of("web"), false, Answer.of(made -> {}, e -> {}));
        assertEquals(List.of(), core.launcher.prepared());
        core.until(() -> !core.store.entries(Section.WORKSPACES).isEmpty());
        core.until(() -> !core.launcher.prepared().isEmpty());
        core.settle();
        assertEquals(1, core.workspaces.all().size());
    }

    @Test
    void strictAcceptsWhatIsAdvisory() {
        core.launcher.applies(Applied.advisory("permissions", "kept only"));
        Workspace made = core.ok(answer -> core.workspaces.create(WorkspaceSpec.of("web"), true, answer));
        assertEquals("web", made.label());
    }

    @Test
    void afterAFullDiskNothingHasChanged() {
        core.workspace("db");
        core.disk.full(true);
        ShipoteException e = refused(WorkspaceSpec.of("web"), false);
        assertEquals(ErrorCode.NOT_STORED, e.code());
        assertTrue(e.getMessage().contains("No space left on device"), e.getMessage());
        assertEquals(1, core.workspaces.all().size());
        assertEquals(1, core.launcher.released().size());
        core.disk.full(false);
        assertEquals("web", core.workspace("web").label());
    }

    @Test
    void listsGoOnAfterAnId() {
        Workspace a = core.workspace("a");
        Workspace b = core.workspace("b");
        assertEquals(List.of(a, b), List.copyOf(core.workspaces.after(Optional.empty())));
        assertEquals(List.of(b), List.copyOf(core.workspaces.after(Optional.of(a.id().text()))));
        assertEquals(List.of(), List.copyOf(core.workspaces.after(Optional.of(b.id().text()))));
    }

    @Test
    void s1TheNextDaemonHasTheSameIdsAndSpecs() {
        Workspace web = core.workspace(
                WorkspaceSpec.of("web").withTtlMs(Optional.of(U64.of(5000))).withOnExit(ExitPolicy.KEEP));
        CoreFixture next = core.crashed().restore();
        Workspace again = next.workspaces.get("web");
        assertEquals(web.id(), again.id());
        assertEquals(web.spec(), again.spec());
        assertEquals(web.createdMs(), again.createdMs());
        assertEquals(web.deadlineMs(), again.deadlineMs());
        assertFalse(again.deleting());
    }

    private static SomaSpec quota(long percent) {
        return new GroupLimits(Optional.empty(), Optional.empty(), Optional.of(percent), Optional.empty())
                .into(SomaSpec.none().withNproc(Optional.of(5L)));
    }

    private List<Applied> set(Workspace workspace, SomaSpec soma) {
        return core.ok(answer -> core.workspaces.set(workspace, new Workspaces.Change(Optional.empty(), soma), answer));
    }

    @Test
    void changedLimitsAreOnDiskBeforeTheyAreApplied() {
        Workspace web = core.workspace("web");
        core.disk.full(true);
        core.<List<Applied>>refused(
                answer -> core.workspaces.set(web, new Workspaces.Change(Optional.empty(), quota(50)), answer));
        assertEquals(SomaSpec.none(), web.spec().soma());
        assertEquals(1, core.launcher.prepared().size());
    }

    @Test
    void aChangeTellsWhatBecameOfEachLimitThatIsOtherThanBefore() {
        Workspace web = core.workspace(WorkspaceSpec.of("web").withSoma(quota(50)));
        core.launcher.applies(Applied.degraded("shipote.cpu_quota", "busy"));
        core.launcher.applies(Applied.applied("rlimits.nproc"));
        assertEquals(List.of(Applied.degraded("shipote.cpu_quota", "busy")), set(web, quota(60)));
        assertEquals(2, web.applied().size());
        assertEquals(Applied.applied("rlimits.nproc"), set(web, SomaSpec.none()).get(0));
        assertEquals(List.of(), set(web, SomaSpec.none()));
    }

    @Test
    void changedLimitsSurviveACrash() {
        Workspace web = core.workspace("web");
        set(web, quota(75));
        CoreFixture next = core.crashed().restore();
        assertEquals(quota(75), next.workspaces.get("web").spec().soma());
    }

    @Test
    void limitsThatMakeNoSenseAreRefusedAndNothingChanges() {
        Workspace web = core.workspace("web");
        ShipoteException e = core.<List<Applied>>refused(
                answer -> core.workspaces.set(web, new Workspaces.Change(Optional.empty(), quota(0)), answer));
        assertEquals(ErrorCode.INVALID_SPEC, e.code());
        assertTrue(e.getMessage().contains("soma.shipote.cpu_quota"), e.getMessage());
        assertEquals(SomaSpec.none(), web.spec().soma());
    }
}
