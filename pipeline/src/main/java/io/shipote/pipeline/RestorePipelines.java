package io.shipote.pipeline;

import io.shipote.card.PipelineId;
import io.shipote.card.Problems;
import io.shipote.card.snapshot.LivePipeline;
import io.shipote.card.snapshot.SavedPipeline;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Host;
import io.shipote.core.Quarantine;
import io.shipote.core.RunsFound;
import io.shipote.core.Workspace;
import io.shipote.core.Workspaces;
import io.shipote.core.store.RunPhase;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.Section;
import io.shipote.core.store.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings saved and live pipelines back: those of the snapshot, and the unsupervised ones from their run records. Each is
 * left to a {@link PipelineRevival}. Confined to the loop thread.
 */
public final class RestorePipelines {
    private final Host host;
    private final Pipelines pipelines;
    private final Workspaces workspaces;
    private final Quarantine quarantine;
    private final List<Pipeline> live = new ArrayList<>();

    public RestorePipelines(Host host, Pipelines pipelines, Workspaces workspaces, Quarantine quarantine) {
        this.host = host;
        this.pipelines = pipelines;
        this.workspaces = workspaces;
        this.quarantine = quarantine;
    }

    /** Makes the objects; nothing is started, adopted or written. */
    public void read(List<Stored> saved, List<Stored> lives) {
        for (Stored stored : saved) {
            try {
                pipelines.saved().restored(SavedPipeline.decode(stored.bytes()));
            } catch (ShipoteException e) {
                quarantine.add(Section.SAVED_PIPELINES, stored.key(), e.getMessage());
            }
        }
        for (Stored stored : lives) {
            try {
                readLive(stored);
            } catch (ShipoteException | IllegalArgumentException e) {
                quarantine.add(Section.LIVE_PIPELINES, stored.key(), e.getMessage());
            }
        }
    }

    private void readLive(Stored stored) {
        LivePipeline entry = LivePipeline.decode(stored.bytes());
        Optional<Workspace> workspace = workspaces.byId(entry.workspace());
        if (workspace.isEmpty()) {
            quarantine.add(
                    Section.LIVE_PIPELINES, stored.key(), "its workspace " + entry.workspace() + " does not exist");
            return;
        }
        Problems problems = Pipelines.problems(entry.spec());
        problems.throwIfAny("live pipeline");
        live.add(pipelines.restored(workspace.get(), PipelineCard.of(host.ids(), entry), Optional.of(stored.key())));
    }

    /**
     * Adopts or starts them in the file's order; {@code done} when all is decided.
     *
     * @param older whether the snapshot is one of earlier: what it does not know and what runs is not being stopped then
     */
    public void revive(RunsFound runs, boolean older, Runnable done) {
        List<Pipeline> others = recorded(runs, older);
        List<Pipeline> all = new ArrayList<>(live);
        all.addAll(others);
        next(all, 0, runs, done);
    }

    /** Those that the snapshot does not have; of an older one, those that it is to have again are made live. */
    private List<Pipeline> recorded(RunsFound runs, boolean older) {
        List<Pipeline> found = new ArrayList<>();
        for (RunRecord record : runs.rest()) {
            if (record.pipelineCard().isEmpty()) {
                continue;
            }
            Problems problems = new Problems();
            LivePipeline entry = LivePipeline.decode(record.pipelineCard().get(), "", problems);
            Optional<Workspace> workspace = workspaces.byId(record.workspace());
            boolean known = live.stream().anyMatch(p -> record.pipeline().equals(Optional.of(p.pipelineId())));
            if (!problems.isEmpty() || workspace.isEmpty() || known) {
                continue;
            }
            PipelineCard card = PipelineCard.of(host.ids(), entry);
            if (older && card.spec().restartOnFailure() && runs(card.id(), runs)) {
                live.add(pipelines.declaredAgain(workspace.get(), card));
            } else {
                found.add(pipelines.restored(workspace.get(), card, Optional.empty()));
            }
        }
        return found;
    }

    private static boolean runs(PipelineId pipeline, RunsFound runs) {
        return runs.rest().stream()
                .anyMatch(record -> record.pipeline().equals(Optional.of(pipeline))
                        && record.holds().isEmpty()
                        && record.phase() == RunPhase.RUNNING);
    }

    private void next(List<Pipeline> all, int index, RunsFound runs, Runnable done) {
        if (index == all.size()) {
            done.run();
            return;
        }
        Pipeline pipeline = all.get(index);
        // A task of its own for each: of those that have ended all is known at once, and thousands would fill the
        // stack.
        new PipelineRevival(host, workspaces, pipeline, live.contains(pipeline))
                .begin(runs, () -> host.loop().execute(() -> next(all, index + 1, runs, done)));
    }
}
