package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandRef;
import io.shipote.card.EnvValues;
import io.shipote.card.EnvVar;
import io.shipote.card.Payload;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Shape;
import io.shipote.card.WorkspaceId;
import io.shipote.card.snapshot.LivePipeline;
import io.shipote.card.snapshot.SavedPipeline;
import io.shipote.card.wire.ImportedEntry;
import io.shipote.core.UnwatchedRuns;
import io.shipote.core.UnwatchedRunsTest;
import io.shipote.core.Workspace;
import io.shipote.core.WorkspaceImport;
import io.shipote.core.store.Section;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** Pipelines of another snapshot, with and without {@code --start}. */
class PipelineImportTest {
    private static final WorkspaceId NOWHERE = new WorkspaceId("01KRZX4CADZVEBN63PAGS10093");

    private final PipelineFixture pipes = PipelineFixture.fresh();
    private UnwatchedRuns unwatched = UnwatchedRuns.NONE;
    private final Workspace web = pipes.core.workspace("web");

    private static ObjectNode live(PipelineSpec spec) {
        return new LivePipeline(spec.workspace(), spec, false, Shape.NEW).tree();
    }

    /** What is reported when it takes this in. */
    private ImportedEntry imported(boolean dryRun, boolean start, BiConsumer<PipelineImport, Runnable> take) {
        WorkspaceImport workspaces =
                new WorkspaceImport(pipes.core.host, pipes.core.intents, pipes.core.workspaces, unwatched, dryRun);
        PipelineImport pipelines =
                new PipelineImport(pipes.pipelines, pipes.core.workspaces, workspaces, unwatched, dryRun, start);
        boolean[] done = new boolean[1];
        take.accept(pipelines, () -> done[0] = true);
        pipes.core.until(() -> done[0]);
        assertEquals(1, workspaces.entries().size());
        return workspaces.entries().get(0);
    }

    private ImportedEntry started(PipelineSpec spec) {
        return imported(false, true, (pipelines, done) -> pipelines.live(live(spec), done));
    }

    private PipelineSpec chain(String label) {
        return PipelineFixture.supervised(PipelineFixture.chain(web.id(), label, "a", "b"), 0);
    }

    private PipelineSpec with(Payload payload) {
        CommandRef node = CommandRef.nativeCommand("a", "sleep", List.of("9")).withPayload(payload);
        return PipelineSpec.of("p", web.id(), List.of(node), List.of());
    }

    @Test
    void withStartALivePipelineRunsAndASecondTimeItIsPresent() {
        ImportedEntry first = started(chain("p"));
        assertEquals(ImportedEntry.IMPORTED, first.outcome(), first::toString);
        assertEquals(List.of("started"), first.notes());
        assertEquals(List.of("a", "b"), pipes.core.launcher.launched());
        assertEquals(
                first.id(),
                Optional.of(pipes.pipelines.list(Optional.of(web)).get(0).id()));
        assertEquals(1, pipes.live(), "it comes back with the next daemon");
        ImportedEntry second = started(chain("p"));
        assertEquals(ImportedEntry.PRESENT, second.outcome());
        assertEquals(List.of("it runs already"), second.notes());
        assertEquals(2, pipes.core.launcher.launched().size());
    }

    @Test
    void withoutStartItIsSavedAndADryRunDoesNeither() {
        ImportedEntry dry = imported(true, true, (pipelines, done) -> pipelines.live(live(chain("p")), done));
        assertEquals(List.of("to be started"), dry.notes());
        ImportedEntry saved = imported(false, false, (pipelines, done) -> pipelines.live(live(chain("p")), done));
        assertEquals(Optional.of("p"), saved.id());
        assertEquals(List.of(), pipes.core.launcher.launched());
        assertEquals(1, pipes.core.store.entries(Section.SAVED_PIPELINES).size());
    }

    @Test
    void whatCannotBeStartedIsRefusedWithTheReason() {
        PipelineSpec nowhere = PipelineFixture.chain(NOWHERE, "p", "a");
        assertTrue(started(nowhere).notes().get(0).contains("is not here"));
        ImportedEntry virtual = started(with(new Payload.Virtual()));
        assertEquals(ImportedEntry.REFUSED, virtual.outcome());
        assertTrue(virtual.notes().get(0).contains("Virtual"), virtual::toString);
        pipes.core.disk.full(true);
        ImportedEntry full = started(chain("full"));
        assertEquals(ImportedEntry.REFUSED, full.outcome());
        assertTrue(full.notes().get(0).contains("No space left"), full::toString);
        pipes.core.disk.full(false);
        assertEquals(List.of(), pipes.core.launcher.launched());
        assertEquals(ImportedEntry.IMPORTED, started(chain("full")).outcome());
    }

    @Test
    void onesWhoseStagesRunOnUnwatchedAreNotStartedASecondTime() {
        String id = "01HZZZZZZZZZZZZZZZZZZZZZZP";
        unwatched = UnwatchedRunsTest.of(web.id().text(), id);
        ObjectNode node = live(chain("p"));
        node.putObject("shipote").put("id", id);
        for (boolean dryRun : new boolean[] {true, false}) {
            ImportedEntry refused = imported(dryRun, true, (pipelines, done) -> pipelines.live(node, done));
            assertEquals(ImportedEntry.REFUSED, refused.outcome());
            assertTrue(refused.notes().get(0).contains("1 of its processes runs on unwatched"), refused::toString);
        }
        assertEquals(List.of(), pipes.core.launcher.launched());
        ImportedEntry saved = imported(false, false, (pipelines, done) -> pipelines.live(node, done));
        assertEquals(ImportedEntry.IMPORTED, saved.outcome(), "it is not started");
        assertEquals(ImportedEntry.IMPORTED, started(chain("q")).outcome());
    }

    @Test
    void hiddenValuesAreRefusedWhetherStartedOrSaved() {
        PipelineSpec hidden = with(
                new Payload.Native("sleep", List.of("9"), List.of(new EnvVar("TOKEN", EnvValues.HIDDEN)), Shape.NEW));
        ObjectNode saved = new SavedPipeline("p", hidden, Shape.NEW).tree();
        for (ImportedEntry entry : List.of(
                started(hidden),
                imported(false, false, (pipelines, done) -> pipelines.live(live(hidden), done)),
                imported(false, false, (pipelines, done) -> pipelines.saved(saved, done)))) {
            assertEquals(ImportedEntry.REFUSED, entry.outcome(), entry::toString);
            assertTrue(entry.notes().toString().contains("--show-env"), entry::toString);
        }
        assertEquals(List.of(), pipes.core.launcher.launched());
    }
}
