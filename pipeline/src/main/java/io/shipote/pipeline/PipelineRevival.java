package io.shipote.pipeline;

import io.shipote.card.ExitStatus;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.Countdown;
import io.shipote.core.EndedBy;
import io.shipote.core.Host;
import io.shipote.core.Launcher;
import io.shipote.core.RetryState;
import io.shipote.core.RunsFound;
import io.shipote.core.Supervisor;
import io.shipote.core.Workspaces;
import io.shipote.core.store.RunPhase;
import io.shipote.core.store.RunRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a new daemon makes of one pipeline. One of which anything still runs is adopted; a supervised one of which nothing
 * does is started anew, an unsupervised one never. A start that was cut short is undone, and made again if the pipeline is
 * supervised. A stop that was cut short is finished: of a supervised one without an entry in the snapshot, of another one
 * whose run records say that it was being stopped. Used once; confined to the loop thread.
 */
final class PipelineRevival {
    private static final Logger LOG = LoggerFactory.getLogger(PipelineRevival.class);

    private final Host host;
    private final Workspaces workspaces;
    private final Pipeline pipeline;
    private final boolean listed;
    private final boolean supervised;
    private final List<Optional<RunRecord>> records = new ArrayList<>();
    private final List<Optional<Launcher.Adopted>> found = new ArrayList<>();
    private final HoldersFound holders = new HoldersFound();

    /** @param listed whether it has an entry among the live pipelines of the snapshot */
    PipelineRevival(Host host, Workspaces workspaces, Pipeline pipeline, boolean listed) {
        this.host = host;
        this.workspaces = workspaces;
        this.pipeline = pipeline;
        this.listed = listed;
        this.supervised = pipeline.spec().restartOnFailure();
    }

    /** Takes what there is of it; {@code then} when all is decided. */
    void begin(RunsFound runs, Runnable then) {
        for (Stage stage : pipeline.stages()) {
            // A record that was lost and made good does not have its card's own object.
            records.add(Optional.ofNullable(runs.take(stage.id()))
                    .map(record -> record.own().isPresent()
                            ? record
                            : record.withOwn(stage.spec().shape().shipote())));
            found.add(Optional.empty());
        }
        List<RunRecord> holderRecords = runs.takeHoldersOf(pipeline.pipelineId());
        Countdown left = new Countdown(records.size() + holderRecords.size(), () -> decide(then));
        for (RunRecord record : holderRecords) {
            host.launcher().adopt(record, pipeline.workspace().spec(), adopted -> {
                adopted.ifPresentOrElse(holders::alive, () -> holders.gone(record));
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

    private void decide(Runnable then) {
        boolean wanted = pipeline.workspace().state() == WorkspaceStatus.State.ACTIVE
                && (supervised ? listed : !cutShort() && !beingStopped());
        if (supervised && wanted && cutShort()) {
            startOver(then);
            return;
        }
        recall(wanted);
        boolean anyRan = records.stream().anyMatch(Optional::isPresent);
        boolean again = supervised
                && wanted
                && records.stream().flatMap(Optional::stream).anyMatch(PipelineRevival::byDaemon);
        boolean anyLive = found.stream().anyMatch(Optional::isPresent);
        RetryState retries = retries();
        // Stages are restarted by themselves only onto pipes that are still there.
        boolean whole = !pipeline.card().partial() || holders.alive().isEmpty();
        boolean due = retries.nextTryMs().isPresent() || pipeline.card().partial() && anyRan && !again;
        if (anyRan && !anyLive && wanted && supervised && endedWell()) {
            // Only its entry is still there.
            holders.end(host);
            pipeline.recallEnded(false, retries);
            then.run();
        } else if (!anyLive && wanted && supervised && whole && due) {
            holders.end(host);
            pipeline.waiting(retries);
            workspaces.prepare(pipeline.workspace(), then);
        } else if (anyLive || (anyRan && wanted && supervised && !again)) {
            adopt(wanted, retries, then);
        } else {
            holders.end(host);
            if ((anyRan && !again) || !wanted) {
                // Nobody waits for a restart that was due: it was stopped meanwhile.
                boolean stopped = retries.nextTryMs().isPresent()
                        || pipeline.lastRecords().stream().anyMatch(PipelineRevival::stopped);
                pipeline.recallEnded(stopped || !anyRan, retries);
                then.run();
            } else if (supervised) {
                start(then);
            } else {
                then.run();
            }
        }
    }

    private void recall(boolean wanted) {
        for (int i = 0; i < records.size(); i++) {
            if (records.get(i).isPresent()) {
                RunRecord record = records.get(i).get();
                pipeline.recall(i, found.get(i).isPresent() ? record : ended(record, wanted));
            }
        }
    }

    private void adopt(boolean wanted, RetryState retries, Runnable then) {
        // What dies of the stop before it is asked again has not ended by itself either.
        List<Optional<Launcher.Adopted>> stages = wanted
                ? found
                : found.stream().map(one -> one.map(PipelineRevival::ending)).toList();
        workspaces.prepare(pipeline.workspace(), () -> {
            pipeline.course().adopt(stages, holders, retries, () -> {
                if (!wanted) {
                    pipeline.stop(EndedBy.USER, pipeline.stopGrace(Pipelines.GRACE), () -> {});
                }
            });
            then.run();
        });
    }

    private static Launcher.Adopted ending(Launcher.Adopted stage) {
        RunRecord record = stage.record();
        return EndedBy.asked(record).isPresent()
                ? stage
                : new Launcher.Adopted(record.ending(EndedBy.USER.word()), stage.child());
    }

    private void start(Runnable then) {
        if (pipeline.workspace().paused().isPresent()) {
            workspaces.prepare(pipeline.workspace(), () -> {
                pipeline.hold();
                then.run();
            });
            return;
        }
        workspaces.prepare(
                pipeline.workspace(),
                () -> pipeline.start(failure -> {
                    failure.ifPresent(e ->
                            LOG.warn("pipeline {} could not be started again: {}", pipeline.label(), e.getMessage()));
                    then.run();
                }));
    }

    /** What there is of a start that was cut short is undone, and it is started as if that had not been. */
    private void startOver(Runnable then) {
        RetryState retries = retries();
        List<Launcher.Adopted> part = new ArrayList<>(holders.alive());
        holders.forgetGone(host);
        found.forEach(one -> one.ifPresent(part::add));
        Countdown left = new Countdown(part.size(), () -> {
            boolean counted = retries.total() > 0;
            if (counted) {
                // Before the records go that have the count now.
                pipeline.undone(retries);
            }
            records.forEach(record -> record.ifPresent(host.launcher()::forget));
            if (counted) {
                workspaces.prepare(pipeline.workspace(), then);
            } else {
                start(then);
            }
        });
        part.forEach(one -> one.child().end(Duration.ZERO, () -> {
            host.launcher().forget(one.record());
            left.one();
        }));
    }

    /** Whether the daemon before us died while it started the stages. */
    private boolean cutShort() {
        if (pipeline.card().partial() || records.stream().allMatch(Optional::isEmpty)) {
            return false;
        }
        long newest = newest().map(RunRecord::attempt).orElseThrow();
        boolean all = true;
        for (int i = 0; i < records.size(); i++) {
            Optional<RunRecord> record = records.get(i);
            if (record.flatMap(RunRecord::exit)
                    .filter(ExitStatus.NotStarted.class::isInstance)
                    .isPresent()) {
                // It was not cut short, but failed.
                return false;
            }
            boolean launched = record.isPresent()
                    && record.get().attempt() == newest
                    && (record.get().phase() != RunPhase.LAUNCHING
                            || found.get(i).isPresent());
            all &= launched;
        }
        return !all;
    }

    /** Whether the daemon before us saw all of it end well, by itself. */
    private boolean endedWell() {
        return records.stream().allMatch(record -> record.filter(PipelineRevival::byItself)
                        .isPresent())
                && pipeline.stages().outcome().ending() == Supervisor.Ending.WELL;
    }

    private static boolean byItself(RunRecord record) {
        return record.phase() == RunPhase.ENDED
                && record.nextTryMs().isEmpty()
                && record.endedBy().equals(Optional.of(EndedBy.ITSELF.word()));
    }

    private boolean beingStopped() {
        return records.stream().flatMap(Optional::stream).anyMatch(record -> EndedBy.asked(record)
                .isPresent());
    }

    private Optional<RunRecord> newest() {
        return records.stream().flatMap(Optional::stream).max(Comparator.comparing(RunRecord::attempt));
    }

    /** That of the first stage stands for all; one whose first stage has no record yet has counted nothing. */
    private RetryState retries() {
        return (cutShort()
                        ? newest()
                        : records.stream().flatMap(Optional::stream).findFirst())
                .map(RetryState::of)
                .orElse(RetryState.NONE);
    }

    /** What is left of a run that is gone: nobody saw how it ended. */
    private RunRecord ended(RunRecord record, boolean wanted) {
        if (record.phase() == RunPhase.ENDED) {
            return record;
        }
        EndedBy by = EndedBy.asked(record).orElse(wanted ? EndedBy.ITSELF : EndedBy.USER);
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
