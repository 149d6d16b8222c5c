package io.shipote.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.EnvValues;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problem;
import io.shipote.card.Problems;
import io.shipote.card.Shape;
import io.shipote.card.snapshot.LivePipeline;
import io.shipote.card.snapshot.SavedPipeline;
import io.shipote.card.wire.ImportedEntry;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.UnwatchedRuns;
import io.shipote.core.Workspace;
import io.shipote.core.WorkspaceImport;
import io.shipote.core.Workspaces;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes pipelines of another snapshot in, after its workspaces. A live one is started only if that is asked for, else it
 * is saved under a name. Confined to the loop thread.
 */
public final class PipelineImport {
    private final Pipelines pipelines;
    private final Workspaces workspaces;
    private final WorkspaceImport imported;
    private final UnwatchedRuns unwatched;
    private final boolean dryRun;
    private final boolean start;
    private final Set<String> names = new HashSet<>();

    /**
     * @param imported what has come so far, and the report
     * @param unwatched what is alive of pipelines that are not here: these are not started, as nothing may run twice
     */
    public PipelineImport(
            Pipelines pipelines,
            Workspaces workspaces,
            WorkspaceImport imported,
            UnwatchedRuns unwatched,
            boolean dryRun,
            boolean start) {
        this.pipelines = pipelines;
        this.workspaces = workspaces;
        this.imported = imported;
        this.unwatched = unwatched;
        this.dryRun = dryRun;
        this.start = start;
    }

    /** Takes a saved one in; {@code done} when it is on disk, or its fate is known. */
    public void saved(ObjectNode node, Runnable done) {
        Problems problems = new Problems();
        SavedPipeline entry = SavedPipeline.decode(node, "", problems);
        requireValues(node, problems);
        if (!problems.isEmpty()) {
            refuse(ImportedEntry.SAVED_PIPELINE, entry.name(), problems, done);
            return;
        }
        Optional<SavedPipeline> there = pipelines.saved().find(entry.name());
        if (there.isPresent() || names.contains(entry.name())) {
            boolean just = there.filter(t -> t.spec().equals(entry.spec())).isPresent();
            report(
                    ImportedEntry.SAVED_PIPELINE,
                    entry.name(),
                    entry.name(),
                    just ? ImportedEntry.PRESENT : ImportedEntry.CONFLICT,
                    just ? List.of() : List.of("another pipeline is saved under this name"));
            done.run();
            return;
        }
        save(ImportedEntry.SAVED_PIPELINE, entry.name(), entry, List.of(), done);
    }

    /** Starts a live one, or saves it. */
    public void live(ObjectNode node, Runnable done) {
        Problems problems = new Problems();
        LivePipeline entry = LivePipeline.decode(node, "", problems);
        requireValues(node, problems);
        String label = entry.spec().label();
        if (problems.isEmpty() && !imported.has(entry.workspace())) {
            problems.add("workspace", entry.workspace() + " is not here");
        } else if (problems.isEmpty() && start) {
            // A rollback to a state that has the workspace and not the pipeline leaves its stages alone.
            Pipelines.liveKey(entry)
                    .flatMap(unwatched::ofPipeline)
                    .ifPresent(alive -> problems.add("", alive.whyNot()));
        }
        if (!problems.isEmpty()) {
            refuse(ImportedEntry.LIVE_PIPELINE, label, problems, done);
            return;
        }
        if (start) {
            run(entry, done);
            return;
        }
        String wish = label.isBlank() ? "imported" : label;
        String name = wish;
        for (int n = 2; taken(name, entry.spec()); n++) {
            name = wish + "-" + n;
        }
        if (pipelines.saved().find(name).isPresent() || names.contains(name)) {
            report(
                    ImportedEntry.LIVE_PIPELINE,
                    name,
                    label,
                    ImportedEntry.PRESENT,
                    List.of("it is saved already, as '" + name + "'"));
            done.run();
            return;
        }
        SavedPipeline kept = new SavedPipeline(name, entry.spec(), Shape.NEW);
        List<String> notes = List.of("saved as '" + name + "', not started (shipote pipeline run-saved starts it)");
        save(ImportedEntry.LIVE_PIPELINE, label, kept, notes, done);
    }

    private static void requireValues(ObjectNode node, Problems problems) {
        if (EnvValues.isHidden(node)) {
            problems.add("spec", EnvValues.WHY_NOT);
        }
    }

    /** Whether something else has the name. */
    private boolean taken(String name, PipelineSpec spec) {
        Optional<SavedPipeline> there = pipelines.saved().find(name);
        return there.isPresent() ? !there.get().spec().equals(spec) : names.contains(name);
    }

    private void save(String kind, String label, SavedPipeline entry, List<String> notes, Runnable done) {
        names.add(entry.name());
        if (dryRun) {
            report(kind, entry.name(), label, ImportedEntry.IMPORTED, notes);
            done.run();
            return;
        }
        pipelines
                .saved()
                .take(
                        entry,
                        Answer.of(
                                stored -> {
                                    report(kind, entry.name(), label, ImportedEntry.IMPORTED, notes);
                                    done.run();
                                },
                                e -> failed(kind, label, e, done)));
    }

    private void run(LivePipeline entry, Runnable done) {
        String label = entry.spec().label();
        Optional<Workspace> workspace = workspaces.byId(entry.workspace());
        boolean runs = workspace.isPresent()
                && pipelines.list(workspace).stream()
                        .anyMatch(p -> p.state().live() && p.label().equals(label));
        if (runs) {
            report(ImportedEntry.LIVE_PIPELINE, label, label, ImportedEntry.PRESENT, List.of("it runs already"));
            done.run();
            return;
        }
        if (dryRun || workspace.isEmpty()) {
            report(ImportedEntry.LIVE_PIPELINE, label, label, ImportedEntry.IMPORTED, List.of("to be started"));
            done.run();
            return;
        }
        try {
            pipelines.run(
                    workspace.get(),
                    entry.spec(),
                    entry.tap(),
                    Map.of(),
                    Answer.of(
                            started -> {
                                report(
                                        ImportedEntry.LIVE_PIPELINE,
                                        started.pipeline().id(),
                                        label,
                                        ImportedEntry.IMPORTED,
                                        List.of("started"));
                                done.run();
                            },
                            e -> failed(ImportedEntry.LIVE_PIPELINE, label, e, done)));
        } catch (ShipoteException e) {
            failed(ImportedEntry.LIVE_PIPELINE, label, e, done);
        }
    }

    private void refuse(String kind, String label, Problems problems, Runnable done) {
        List<String> why = problems.list().stream().map(Problem::toString).toList();
        imported.entries().add(ImportedEntry.refused(kind, label, why));
        done.run();
    }

    private void failed(String kind, String label, ShipoteException why, Runnable done) {
        imported.entries().add(ImportedEntry.refused(kind, label, List.of(why.getMessage())));
        done.run();
    }

    private void report(String kind, String id, String label, String outcome, List<String> notes) {
        imported.entries().add(new ImportedEntry(kind, Optional.of(id), label, outcome, notes));
    }
}
