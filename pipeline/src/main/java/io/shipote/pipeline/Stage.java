package io.shipote.pipeline;

import io.shipote.card.CommandId;
import io.shipote.card.CommandRef;
import io.shipote.card.ExitStatus;
import io.shipote.card.LaunchSpec;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.core.Argv;
import io.shipote.core.EndedBy;
import io.shipote.core.Endings;
import io.shipote.core.Launcher;
import io.shipote.core.RetryState;
import io.shipote.core.Run;
import io.shipote.core.RunStats;
import io.shipote.core.store.RunRecord;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A node of a live pipeline: one id for ever, a new run at each start of the pipeline. Confined to the loop thread. */
final class Stage {
    private final int index;
    private final CommandId id;
    private final CommandRef spec;
    private Optional<Run> run = Optional.empty();
    private Optional<RunRecord> last = Optional.empty();

    Stage(int index, CommandId id, CommandRef spec) {
        this.index = index;
        this.id = id;
        this.spec = spec;
    }

    int index() {
        return index;
    }

    CommandId id() {
        return id;
    }

    CommandRef spec() {
        return spec;
    }

    String label() {
        return spec.label();
    }

    Optional<Run> run() {
        return run;
    }

    Optional<Run> live() {
        return run.filter(Run::alive);
    }

    void started(Run next) {
        run = Optional.of(next);
        last = Optional.of(next.record());
    }

    /** Takes the record of an earlier run over. */
    void recall(RunRecord record) {
        last = Optional.of(record);
    }

    /** Notes in its newest record where the restarts stand. */
    void retries(RetryState state, Launcher launcher) {
        note(state::noted, launcher);
    }

    /** Notes something in its newest record, if it has one. */
    void note(UnaryOperator<RunRecord> change, Launcher launcher) {
        if (run.isPresent()) {
            run.get().note(change);
        } else if (last.isPresent()) {
            last = last.map(change);
            launcher.keep(last.get());
        }
    }

    Optional<RunRecord> record() {
        return run.map(Run::record).or(() -> last);
    }

    Optional<ExitStatus> exit() {
        return record().flatMap(RunRecord::exit);
    }

    CommandStatus status(Pipeline pipeline, long logBytes) {
        Optional<ExitStatus> exit = exit();
        Optional<RestartUnit> unit = pipeline.unit(this);
        String by = record().flatMap(RunRecord::endedBy).orElse(EndedBy.ITSELF.word());
        return new CommandStatus(
                id.text(),
                Optional.empty(),
                label(),
                pipeline.workspace().id().text(),
                Optional.of(pipeline.id()),
                state(pipeline, by),
                live().map(r -> (long) r.pid()),
                record().map(r -> r.run().text()),
                exit.map(ExitStatus::encode),
                exit.map(e -> (long) e.shellStatus()),
                exit.map(e -> by),
                unit.isPresent() ? RestartPolicy.Policy.ON_FAILURE : RestartPolicy.Policy.NEVER,
                unit.map(own -> own.retries.total()).orElse(pipeline.restarts()),
                unit.flatMap(own -> Endings.boxed(own.retries.dueMs())),
                record().map(RunRecord::startedMs),
                record().flatMap(RunRecord::endedMs),
                Argv.of(spec),
                LaunchSpec.of(spec).directory(),
                logBytes,
                unit.filter(own -> !paused(pipeline))
                        .map(own -> own.why)
                        .or(() -> exit.map(ExitStatus::describe))
                        .orElse(pipeline.state().word()),
                RunStats.status(live(), record()),
                unit.flatMap(own -> own.retries.status()));
    }

    private boolean paused(Pipeline pipeline) {
        return live().isPresent() && pipeline.state() == JobState.PAUSED;
    }

    private JobState state(Pipeline pipeline, String by) {
        if (paused(pipeline)) {
            return JobState.PAUSED;
        }
        Optional<RestartUnit> unit = pipeline.unit(this);
        if (unit.isPresent() && unit.get().phase != RestartUnit.Phase.DOWN) {
            return unit.get().state();
        }
        if (live().isPresent()) {
            return pipeline.state() == JobState.STOPPING ? JobState.STOPPING : JobState.RUNNING;
        }
        if (exit().isPresent()) {
            return by.equals(EndedBy.ITSELF.word()) ? Endings.settled(exit().get()) : JobState.STOPPED;
        }
        return pipeline.state();
    }
}
