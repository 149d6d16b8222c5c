package io.shipote.pipeline;

import io.shipote.card.ExitStatus;
import io.shipote.card.Graph;
import io.shipote.card.PipelineOptions.Scope;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Retries;
import io.shipote.core.RetryState;
import io.shipote.pipeline.RestartUnit.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/**
 * Restarts single stages of a running pipeline: the one that failed, or it and all it feeds. Each stage has its own count
 * and delay. Confined to the loop thread.
 *
 * <p>A stage that has ended well is done, and is not started again with those that feed it. When a stage has used up its
 * restarts, nothing of the pipeline is restarted any more: what feeds that stage is ended, and the rest drains.
 *
 * <p>All transitions of the units are in this one file, as those of one unit bring about those of others.
 */
final class StageRestarts {
    /** What it acts on. */
    interface Owner {
        /** Starts these stages, all or none, onto the pipes of their predecessors; answers later. */
        void launch(List<Integer> stages, Consumer<Optional<ShipoteException>> done);

        /** Ends a stage that runs; {@link StageRestarts#ended} tells when it has. */
        void end(int stage);

        /** The stage will not be started again: who reads from it gets the end, who writes to it SIGPIPE. */
        void finished(int stage);

        /** Ends everything that feeds this stage. */
        void endFeeders(int stage);

        /** Something has changed that clients see; {@code retries} of this stage among it. */
        void changed(int stage);

        /** Nothing runs, and nothing will be started. */
        void settled();
    }

    private final Graph graph;
    private final Scope scope;
    private final Owner owner;
    private final List<RestartUnit> units = new ArrayList<>();
    private Optional<String> gaveUp = Optional.empty();
    private OptionalInt gaveUpAt = OptionalInt.empty();
    private Optional<Runnable> stopped = Optional.empty();
    private boolean settled;
    private boolean held;

    /** @param retries of each stage, by its index */
    StageRestarts(Graph graph, int stages, Scope scope, IntFunction<Retries> retries, Owner owner) {
        this.graph = graph;
        this.scope = scope;
        this.owner = owner;
        for (int i = 0; i < stages; i++) {
            units.add(new RestartUnit(i, retries.apply(i)));
        }
    }

    /** All stages have been started together, anew. */
    void started() {
        gaveUp = Optional.empty();
        gaveUpAt = OptionalInt.empty();
        stopped = Optional.empty();
        settled = false;
        units.forEach(unit -> up(unit, "running"));
    }

    private static void up(RestartUnit unit, String why) {
        unit.retries.up(Duration.ZERO);
        unit.enter(Phase.UP, why);
    }

    /** A stage has ended. */
    void ended(int stage, ExitStatus exit) {
        RestartUnit unit = units.get(stage);
        unit.retries.down();
        if (unit.phase == Phase.ENDING && gaveUp.isEmpty()) {
            unit.phase = Phase.WAITING;
        } else if (failed(stage, exit)) {
            failed(unit, exit.describe());
        } else {
            finish(unit, exit.describe());
        }
        progress();
    }

    /** A broken pipe is no failure if somebody has ended its reading for good. */
    private boolean failed(int stage, ExitStatus exit) {
        if (exit.success()) {
            return false;
        }
        return Outcome.failed(exit)
                || graph.consumers(stage).stream().noneMatch(consumer -> units.get(consumer).phase == Phase.DOWN);
    }

    private void failed(RestartUnit unit, String how) {
        if (gaveUp.isPresent()) {
            finish(unit, how);
        } else if (unit.retries.exhausted()) {
            giveUp(unit, how);
        } else {
            long delay = unit.retries.next(() -> timeHasCome(unit));
            unit.enter(Phase.DUE, how + "; " + unit.retries.ordinal() + " after " + delay + " ms");
            owner.changed(unit.stage);
            pullDependents(unit);
            if (delay == 0) {
                due(unit);
            }
        }
    }

    private void giveUp(RestartUnit failed, String how) {
        failed.enter(Phase.UP, how);
        gaveUp = Optional.of("stage '" + graph.label(failed.stage) + "': " + how + "; " + failed.retries.surrender());
        gaveUpAt = OptionalInt.of(failed.stage);
        for (RestartUnit unit : units) {
            unit.cause = RestartUnit.NOBODY;
            if (unit.is(Phase.DUE, Phase.READY, Phase.WAITING)) {
                unit.retries.cancel();
                finish(unit, "not restarted any more: '" + graph.label(failed.stage) + "' gave up");
            }
        }
        finish(failed, how + "; gave up");
        owner.endFeeders(failed.stage);
    }

    private void finish(RestartUnit unit, String why) {
        unit.enter(Phase.DOWN, why);
        owner.finished(unit.stage);
        owner.changed(unit.stage);
    }

    private void timeHasCome(RestartUnit unit) {
        due(unit);
        progress();
    }

    private void due(RestartUnit unit) {
        unit.retries.cancel();
        unit.phase = Phase.READY;
        pullDependents(unit);
    }

    /** Has all ended that is restarted with this one, unless it is down for good. */
    private void pullDependents(RestartUnit cause) {
        if (scope == Scope.DOWNSTREAM) {
            graph.descendants(cause.stage).forEach(stage -> pull(units.get(stage), cause));
        }
    }

    private void pull(RestartUnit unit, RestartUnit cause) {
        boolean pulled = unit.cause == cause.stage;
        if (unit.phase == Phase.DOWN || pulled) {
            return;
        }
        unit.retries.cancel();
        unit.cause = cause.stage;
        unit.why = "is restarted with '" + graph.label(cause.stage) + "'";
        if (unit.is(Phase.DUE, Phase.READY)) {
            unit.phase = Phase.WAITING;
        }
        if (unit.phase == Phase.UP) {
            unit.phase = Phase.ENDING;
            owner.end(unit.stage);
        }
        owner.changed(unit.stage);
    }

    /** Starts what can be started, and tells when there is nothing left. */
    private void progress() {
        for (RestartUnit unit : units) {
            if (unit.phase == Phase.READY && stopped.isEmpty() && !held) {
                tryLaunch(unit);
            }
        }
        if (stopped.isEmpty() && !settled && units.stream().allMatch(unit -> unit.phase == Phase.DOWN)) {
            settled = true;
            owner.settled();
        }
    }

    /** Starts a stage whose time has come, with those that are restarted with it, once none of them runs. */
    private void tryLaunch(RestartUnit cause) {
        List<RestartUnit> set = new ArrayList<>();
        for (RestartUnit unit : units) {
            boolean with = unit.cause == cause.stage;
            if (with && unit.is(Phase.ENDING, Phase.LAUNCHING)) {
                return;
            }
            if (unit == cause || with && unit.phase == Phase.WAITING) {
                set.add(unit);
            }
        }
        for (RestartUnit unit : set) {
            if (unit != cause) {
                unit.retries.countOne();
            }
            unit.phase = Phase.LAUNCHING;
            unit.cause = RestartUnit.NOBODY;
            owner.changed(unit.stage);
        }
        owner.launch(set.stream().map(unit -> unit.stage).toList(), failure -> launched(cause, set, failure));
    }

    private void launched(RestartUnit cause, List<RestartUnit> set, Optional<ShipoteException> failure) {
        boolean causePulled = cause.cause != RestartUnit.NOBODY;
        for (RestartUnit unit : set) {
            boolean pulled = unit.cause != RestartUnit.NOBODY;
            if (failure.isPresent()) {
                unit.phase = Phase.WAITING;
                unit.cause = pulled ? unit.cause : cause.stage;
            } else if (pulled) {
                unit.phase = Phase.ENDING;
                owner.end(unit.stage);
            } else {
                up(unit, "running after restart " + unit.retries.total());
            }
            owner.changed(unit.stage);
        }
        if (stopped.isPresent()) {
            quietNow();
            return;
        }
        if (failure.isPresent() && !causePulled) {
            notLaunched(cause, set, failure.get());
        }
        if (failure.isEmpty()) {
            // Its launch was under way when a stage that it may feed gave up.
            gaveUpAt.ifPresent(owner::endFeeders);
        }
        progress();
    }

    private void notLaunched(RestartUnit cause, List<RestartUnit> set, ShipoteException why) {
        cause.cause = RestartUnit.NOBODY;
        failed(cause, "could not be started: " + why.getMessage());
        if (gaveUp.isPresent()) {
            set.stream()
                    .filter(unit -> unit.phase == Phase.WAITING)
                    .forEach(unit -> finish(unit, "not restarted any more"));
        }
    }

    /** Does what is due now; false if nothing is. */
    boolean retryNow() {
        boolean any = units.stream().anyMatch(unit -> unit.phase == Phase.DUE);
        for (RestartUnit unit : units) {
            if (unit.phase == Phase.DUE) {
                due(unit);
            }
        }
        progress();
        return any;
    }

    /** Restarts nothing any more; {@code quiet} runs when nothing is being started either, which is then running. */
    void stop(Runnable quiet) {
        stopped = Optional.of(quiet);
        units.forEach(unit -> unit.retries.cancel());
        quietNow();
    }

    /** Whether nothing is to be started any more. */
    boolean stopping() {
        return stopped.isPresent();
    }

    private void quietNow() {
        if (units.stream().noneMatch(unit -> unit.phase == Phase.LAUNCHING)) {
            Runnable quiet = stopped.orElseThrow();
            stopped = Optional.of(() -> {});
            quiet.run();
        }
    }

    /** The pipeline is paused: what becomes due is not started before it is {@link #released}. */
    void held() {
        held = true;
    }

    /** It goes on. */
    void released() {
        if (held) {
            held = false;
            progress();
        }
    }

    /** Why nothing is restarted any more, if a stage has used up its restarts. */
    Optional<String> gaveUp() {
        return gaveUp;
    }

    RestartUnit unit(int stage) {
        return units.get(stage);
    }

    /** Whether no stage runs or is being started: all that are left wait. */
    boolean waiting() {
        return units.stream().noneMatch(unit -> unit.is(Phase.UP, Phase.ENDING, Phase.LAUNCHING))
                && units.stream().anyMatch(unit -> unit.phase != Phase.DOWN);
    }

    /** Why a stage is to be restarted, if one is. */
    Optional<String> why() {
        return units.stream()
                .filter(unit -> unit.phase == Phase.DUE)
                .findFirst()
                .map(unit -> "stage '" + graph.label(unit.stage) + "': " + unit.why);
    }

    /** All restarts ever made, of all stages. */
    long total() {
        return units.stream().mapToLong(unit -> unit.retries.total()).sum();
    }

    /** Takes over a stage that runs, and has been seen up for so long. */
    void adoptUp(int stage, RetryState before, Duration up) {
        RestartUnit unit = units.get(stage);
        unit.retries.restore(before);
        unit.retries.up(up);
        unit.enter(Phase.UP, "running; adopted from an earlier daemon");
    }

    /** Takes over a stage that an earlier daemon was to restart at its next try; without one, at once. */
    void adoptDue(int stage, RetryState before, String how) {
        RestartUnit unit = units.get(stage);
        unit.retries.restore(before);
        unit.enter(Phase.DUE, how + "; " + unit.retries.ordinal() + " is still due");
        unit.retries.resume(before.nextTryMs().orElse(0), () -> timeHasCome(unit));
    }

    /** Takes over a stage that an earlier daemon had ended to restart it with one that is due; at once if none is. */
    void adoptEnded(int stage, RetryState before) {
        Optional<Integer> cause = graph.ancestors(stage).stream()
                .filter(feeder -> units.get(feeder).phase == Phase.DUE)
                .findFirst();
        if (cause.isEmpty()) {
            adoptDue(stage, before.withoutNext(), "ended with what feeds it");
            return;
        }
        RestartUnit unit = units.get(stage);
        unit.retries.restore(before);
        unit.enter(Phase.WAITING, "is restarted with '" + graph.label(cause.get()) + "'");
        unit.cause = cause.get();
    }

    /** Takes over a stage that is done. */
    void adoptDown(int stage, RetryState before, String why) {
        units.get(stage).retries.restore(before);
        finish(units.get(stage), why);
    }

    /** Goes on, now that all stages have been taken over. */
    void adopted() {
        progress();
    }

    /** When the next stage is due, in Unix milliseconds. */
    OptionalLong nextTryMs() {
        return units.stream()
                .flatMapToLong(unit -> unit.retries.dueMs().stream())
                .min();
    }
}
