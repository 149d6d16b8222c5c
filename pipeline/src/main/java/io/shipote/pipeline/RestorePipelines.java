package io.shipote.pipeline;

import io.shipote.card.ExitStatus;
import io.shipote.card.Problems;
import io.shipote.card.snapshot.LivePipeline;
import io.shipote.card.snapshot.SavedPipeline;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.Countdown;
import io.shipote.core.EndedBy;
import io.shipote.core.Host;
import io.shipote.core.Launcher;
import io.shipote.core.Quarantine;
import io.shipote.core.RetryState;
import io.shipote.core.RunsFound;
import io.shipote.core.Workspace;
import io.shipote.core.Workspaces;
import io.shipote.core.store.RunPhase;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.Section;
import io.shipote.core.store.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings saved and live pipelines back. A live one of which anything still runs is adopted, else it is started anew;
 * an unsupervised one is adopted from its run records and never started anew. A supervised one that has run records but
 * no entry in the snapshot was being stopped: that is finished. Confined to the loop thread.
 */
public final class RestorePipelines {
    private static final Logger LOG = LoggerFactory.getLogger(RestorePipelines.class);

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
                pipelines.restored(SavedPipeline.decode(stored.bytes()));
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

    /** Adopts or starts them in the file's order; {@code done} when all is decided. */
    public void revive(RunsFound runs, Runnable done) {
        List<Pipeline> all = new ArrayList<>(live);
        all.addAll(recorded(runs));
        next(all, 0, runs, done);
    }

    private List<Pipeline> recorded(RunsFound runs) {
        List<Pipeline> found = new ArrayList<>();
        for (RunRecord record : runs.rest()) {
            if (record.pipelineCard().isEmpty()) {
                continue;
            }
            Problems problems = new Problems();
            LivePipeline card = LivePipeline.decode(record.pipelineCard().get(), "", problems);
            Optional<Workspace> workspace = workspaces.byId(record.workspace());
            boolean known = live.stream().anyMatch(p -> record.pipeline().equals(Optional.of(p.pipelineId())));
            if (problems.isEmpty() && workspace.isPresent() && !known) {
                found.add(pipelines.restored(workspace.get(), PipelineCard.of(host.ids(), card), Optional.empty()));
            }
        }
        return found;
    }

    private void next(List<Pipeline> all, int index, RunsFound runs, Runnable done) {
        if (index == all.size()) {
            done.run();
            return;
        }
        revive(all.get(index), runs, () -> next(all, index + 1, runs, done));
    }

    private void revive(Pipeline pipeline, RunsFound runs, Runnable then) {
        List<Optional<RunRecord>> records = pipeline.stages().list().stream()
                .map(stage -> Optional.ofNullable(runs.take(stage.id())))
                .toList();
        List<Optional<Launcher.Adopted>> found = new ArrayList<>();
        records.forEach(record -> found.add(Optional.empty()));
        List<RunRecord> holderRecords = runs.takeHoldersOf(pipeline.pipelineId());
        List<Launcher.Adopted> holders = new ArrayList<>();
        Countdown left = new Countdown(
                records.size() + holderRecords.size(), () -> decide(pipeline, records, found, holders, then));
        for (RunRecord record : holderRecords) {
            host.launcher().adopt(record, pipeline.workspace().spec(), adopted -> {
                adopted.ifPresentOrElse(holders::add, () -> host.launcher().forget(record));
                left.one();
            });
        }
        for (int i = 0; i < records.size(); i++) {
            int stage = i;
            Optional<RunRecord> record = records.get(i);
            if (record.isEmpty() || record.get().phase() == RunPhase.ENDED) {
                left.one();
                continue;
            }
            host.launcher().adopt(record.get(), pipeline.workspace().spec(), adopted -> {
                found.set(stage, adopted);
                left.one();
            });
        }
    }

    private void decide(
            Pipeline pipeline,
            List<Optional<RunRecord>> records,
            List<Optional<Launcher.Adopted>> found,
            List<Launcher.Adopted> holders,
            Runnable then) {
        boolean supervised = pipeline.spec().restartOnFailure();
        boolean wanted = pipeline.workspace().state() == WorkspaceStatus.State.ACTIVE
                && (!supervised || live.contains(pipeline));
        for (int i = 0; i < records.size(); i++) {
            if (records.get(i).isPresent()) {
                RunRecord record = records.get(i).get();
                pipeline.recall(i, found.get(i).isPresent() ? record : ended(record, wanted));
            }
        }
        boolean anyRan = records.stream().anyMatch(Optional::isPresent);
        boolean again = supervised
                && wanted
                && records.stream().flatMap(Optional::stream).anyMatch(RestorePipelines::byDaemon);
        boolean anyLive = found.stream().anyMatch(Optional::isPresent);
        RetryState retries = retries(records);
        // Stages are restarted by themselves only onto pipes that are still there.
        boolean whole = !pipeline.card().partial() || holders.isEmpty();
        boolean due = retries.nextTryMs().isPresent() || pipeline.card().partial() && anyRan && !again;
        if (!anyLive && wanted && supervised && whole && due) {
            holders.forEach(this::end);
            pipeline.waiting(retries);
            workspaces.prepare(pipeline.workspace(), then);
            return;
        }
        if (anyLive || (anyRan && wanted && supervised && !again)) {
            workspaces.prepare(pipeline.workspace(), () -> {
                pipeline.course().adopt(found, holders, retries);
                if (!wanted) {
                    pipeline.stop(EndedBy.USER, pipeline.stopGrace(Pipelines.GRACE), () -> {});
                }
                then.run();
            });
            return;
        }
        holders.forEach(this::end);
        if ((anyRan && !again) || !wanted) {
            boolean stopped = pipeline.lastRecords().stream().anyMatch(RestorePipelines::stopped);
            pipeline.recallEnded(stopped || !anyRan, retries);
            then.run();
            return;
        }
        if (supervised && pipeline.workspace().paused().isPresent()) {
            pipeline.hold();
            then.run();
            return;
        }
        if (supervised) {
            workspaces.prepare(
                    pipeline.workspace(),
                    () -> pipeline.start(failure -> {
                        failure.ifPresent(e -> LOG.warn(
                                "pipeline {} could not be started again: {}", pipeline.label(), e.getMessage()));
                        then.run();
                    }));
            return;
        }
        then.run();
    }

    /** That of the first stage stands for all; one whose first stage has no record yet has counted nothing. */
    private static RetryState retries(List<Optional<RunRecord>> records) {
        return records.stream()
                .flatMap(Optional::stream)
                .findFirst()
                .map(RetryState::of)
                .orElse(RetryState.NONE);
    }

    /** A process that holds pipes which nobody uses any more. */
    private void end(Launcher.Adopted holder) {
        holder.child().end(Duration.ZERO, () -> host.launcher().forget(holder.record()));
    }

    /** What is left of a run that is gone: nobody saw how it ended. */
    private RunRecord ended(RunRecord record, boolean wanted) {
        if (record.phase() == RunPhase.ENDED) {
            return record;
        }
        EndedBy by = wanted ? EndedBy.ITSELF : EndedBy.USER;
        RunRecord ended = record.ended(host.loop().wallMillis(), new ExitStatus.Unknown(), by.word());
        host.launcher().keep(ended);
        return ended;
    }

    /** Whether the daemon before us ended it because it went: it is to run again. */
    private static boolean byDaemon(RunRecord record) {
        return record.endedBy().equals(Optional.of(EndedBy.DAEMON.word()));
    }

    private static boolean stopped(RunRecord record) {
        String by = record.endedBy().orElse(EndedBy.ITSELF.word());
        return !by.equals(EndedBy.ITSELF.word()) && !by.equals(EndedBy.DEPENDENCY.word());
    }
}
