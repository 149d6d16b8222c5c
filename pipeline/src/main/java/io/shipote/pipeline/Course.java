package io.shipote.pipeline;

import io.shipote.card.Edge;
import io.shipote.card.Graph;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.EndedBy;
import io.shipote.core.Host;
import io.shipote.core.LaunchPlan;
import io.shipote.core.Launcher;
import io.shipote.core.Loop;
import io.shipote.core.Retries;
import io.shipote.core.RetryState;
import io.shipote.core.Run;
import io.shipote.core.Supervisor;
import io.shipote.core.Workspace;
import io.shipote.core.linux.Freezing;
import io.shipote.core.store.RunRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * What happens between a start of a pipeline and its end: its stages and its data path, begun together or taken over from an
 * earlier daemon, and what the end of each stage brings about. Tells the supervisor. Confined to the loop thread.
 */
final class Course {
    private final Host host;
    private final Loop pumpLoop;
    private final Workspace workspace;
    private final PipelineCard card;
    private final Wiring wiring;
    private final Stages stages;
    private final StagePlans plans;
    private final Supervisor supervisor;
    private final Optional<StageRestarts> restarts;
    private final EdgeVerdicts verdicts;
    private final Consumer<Optional<ShipoteException>> answered;
    private Optional<Outcome> outcome = Optional.empty();
    private Optional<Flow> flow = Optional.empty();
    /** All stages are being ended, because bytes were lost. */
    private boolean brokenOff;

    private boolean paused;

    /**
     * @param watch is told of stages that are restarted by themselves
     * @param verdicts looks at what went through, before the data path ends
     * @param answered is told after each launch: nothing, or why there is none
     */
    Course(
            Host host,
            Loop pumpLoop,
            Workspace workspace,
            PipelineCard card,
            Wiring wiring,
            Stages stages,
            Supervisor supervisor,
            StageWatch watch,
            EdgeVerdicts verdicts,
            Consumer<Optional<ShipoteException>> answered) {
        this.host = host;
        this.pumpLoop = pumpLoop;
        this.workspace = workspace;
        this.card = card;
        this.wiring = wiring;
        this.stages = stages;
        this.plans = new StagePlans(host, workspace, card, wiring);
        this.supervisor = supervisor;
        this.verdicts = verdicts;
        this.answered = answered;
        this.restarts = card.partial() ? Optional.of(stageRestarts(watch)) : Optional.empty();
    }

    private StageRestarts stageRestarts(StageWatch watch) {
        StageRelaunch owner = new StageRelaunch(host, workspace, stages, plans, () -> flow, watch);
        return new StageRestarts(
                Graph.of(card.spec()),
                card.spec().nodes().size(),
                card.spec().options().scope(),
                stage -> new Retries(host.loop(), card.policy(stage), host.random()),
                owner);
    }

    /** Starts all stages or none. */
    void launch() {
        Flow next;
        try {
            next = Flow.open(host, pumpLoop, workspace, card.id(), wiring);
        } catch (IOException e) {
            host.loop().execute(() -> refused(Launches.noPipes(e)));
            return;
        }
        List<LaunchPlan> all = new ArrayList<>(next.holderPlans());
        int holders = all.size();
        all.addAll(plans.of(stages.list(), next.plumbing()::end, stage -> retries()));
        host.launcher().launch(all, result -> launched(next, holders, result));
    }

    private void launched(Flow next, int holders, Launcher.Outcome result) {
        if (result instanceof Launcher.NotStarted failed) {
            next.end(() -> {});
            refused(
                    failed.index() < holders
                            ? Launches.notHeld(failed.cause())
                            : Launches.named(
                                    failed.cause(),
                                    stages.get(failed.index() - holders).label()));
            return;
        }
        Launcher.Started all = (Launcher.Started) result;
        next.launched(all.records().subList(0, holders), all.children().subList(0, holders));
        Launcher.Started started = new Launcher.Started(
                all.records().subList(holders, all.records().size()),
                all.children().subList(holders, all.children().size()));
        flow = Optional.of(next);
        brokenOff = false;
        outcome = Optional.empty();
        for (Stage stage : stages) {
            stage.record().ifPresent(workspace::superseded);
            stage.started(new Run(
                    host.loop(),
                    host.launcher(),
                    started.records().get(stage.index()),
                    started.children().get(stage.index())));
        }
        stages.forEach(stage -> stage.run().orElseThrow().whenEnded(workspace::ended));
        verdicts.keepAgain();
        restarts.ifPresent(StageRestarts::started);
        supervisor.launched();
        stages.forEach(stage -> stage.run().orElseThrow().whenEnded(run -> stageEnded(stage)));
        next.onFailure(() -> broken(next));
        if (next.failure().isPresent()) {
            broken(next);
        }
        answered.accept(Optional.empty());
    }

    private void refused(ShipoteException cause) {
        outcome = Optional.of(Launches.outcome(cause));
        supervisor.launchFailed(cause);
        Stage first = stages.get(0);
        if (supervisor.state() == JobState.BACKOFF && first.record().isEmpty()) {
            RunRecord record = plans.refused(first, retries(), cause);
            first.recall(record);
            host.launcher().keepRefused(record);
        }
        answered.accept(Optional.of(cause));
    }

    /** A start that was cut short is undone: until the next one the first stage's record keeps the count. */
    void undone(RetryState retries) {
        Stage first = stages.get(0);
        first.recall(plans.cutShort(first, retries));
        host.launcher().keepRefused(first.record().orElseThrow());
    }

    /**
     * Takes over the stages that an earlier daemon started; those that are gone have their record only.
     *
     * @param asked what is wanted of it now; done before the end of a stage is noticed, so that this does not pass for a
     *     death of its own
     */
    void adopt(List<Optional<Launcher.Adopted>> found, HoldersFound holders, RetryState before, Runnable asked) {
        IntPredicate inUse = number -> {
            Edge edge = card.spec().edges().get(number);
            return found.get((int) edge.from()).isPresent()
                    && found.get((int) edge.to()).isPresent();
        };
        Flow adopted = Flow.adopt(host, pumpLoop, workspace, card.id(), wiring, holders, inUse);
        flow = Optional.of(adopted);
        adopted.onFailure(() -> broken(adopted));
        for (Stage stage : stages) {
            found.get(stage.index())
                    .ifPresent(a -> stage.started(new Run(host.loop(), host.launcher(), a.record(), a.child())));
        }
        Optional<Freezing> frozen = stages.frozen().or(() -> workspace.paused().map(at -> Freezing.GROUP));
        Duration up = stages.upFor(host.loop().wallMillis());
        if (frozen.isPresent()) {
            supervisor.adoptedPaused(before, up, frozen.get());
        } else {
            supervisor.adopted(before, up);
        }
        asked.run();
        List<Stage> live = stages.live();
        live.forEach(stage -> stage.run().orElseThrow().whenEnded(workspace::ended));
        if (restarts.isPresent()) {
            new StageAdoption(stages, restarts.get(), host.loop().wallMillis()).run();
            live.forEach(stage -> stage.run().orElseThrow().whenEnded(run -> stageEnded(stage)));
            return;
        }
        for (Stage stage : stages) {
            if (stage.live().isEmpty()) {
                adopted.finished(stage.index());
            }
        }
        live.forEach(stage -> stage.run().orElseThrow().whenEnded(run -> stageEnded(stage)));
        if (live.isEmpty()) {
            allEnded();
        }
        stages.forEach(this::endFeedersOfFailed);
    }

    /** Bytes are lost, and no stage that is started anew would find its pipes: all of it is ended. */
    private void broken(Flow lost) {
        if (!up() || flow.filter(now -> now == lost).isEmpty()) {
            return;
        }
        brokenOff = true;
        Runnable end = () -> {
            if (stages.live().isEmpty()) {
                allEnded();
            } else {
                stages.end(EndedBy.DEPENDENCY, stages.stopGrace(Stages.FEEDER_GRACE), () -> {});
            }
        };
        restarts.ifPresentOrElse(each -> each.stop(end), end);
    }

    /** What becomes due from now on is not started. */
    void paused() {
        paused = true;
        restarts.ifPresent(StageRestarts::held);
    }

    /** It runs, or goes on. */
    void running() {
        boolean resumed = paused;
        paused = false;
        restarts.ifPresent(StageRestarts::released);
        if (resumed && restarts.isEmpty()) {
            // A stage that died meanwhile was only noted.
            stages.forEach(this::endFeedersOfFailed);
        }
    }

    private boolean up() {
        return supervisor.state() == JobState.RUNNING || supervisor.state() == JobState.PAUSED;
    }

    void stageEnded(Stage stage) {
        if (restarts.isPresent() && up() && !brokenOff) {
            restarts.get().ended(stage.index(), stage.exit().orElseThrow());
            return;
        }
        if (stages.live().isEmpty()) {
            allEnded();
            return;
        }
        flow.ifPresent(f -> f.finished(stage.index()));
        endFeedersOfFailed(stage);
    }

    private void endFeedersOfFailed(Stage stage) {
        boolean supervised = card.spec().restartOnFailure();
        boolean failed =
                stage.live().isEmpty() && stage.exit().filter(Outcome::failed).isPresent();
        if (supervised && failed && supervisor.state() == JobState.RUNNING) {
            stages.endFeeders(stage);
        }
    }

    /** A stage has got a new process, by itself. */
    void relaunched(Stage stage) {
        if (stage.index() == 0) {
            verdicts.keepAgain();
        }
    }

    /** May be told twice of one flow. */
    void allEnded() {
        Optional<Flow> ended = flow;
        endFlow(() -> {
            if (!flow.equals(ended)) {
                return;
            }
            Outcome result = flow.flatMap(Flow::failure).map(Launches::lostData).orElseGet(stages::outcome);
            outcome = Optional.of(result);
            flow = Optional.empty();
            restarts.flatMap(StageRestarts::gaveUp)
                    .ifPresentOrElse(supervisor::gaveUp, () -> supervisor.ended(result.ending(), result.why()));
        });
    }

    private void endFlow(Runnable gone) {
        if (flow.isPresent()) {
            if (!flow.get().ending()) {
                verdicts.ending(flow.get().watch());
            }
            flow.get().end(gone);
        } else {
            gone.run();
        }
    }

    /** Ends all of it; {@code gone} when nothing is left. */
    void end(EndedBy by, Duration grace, Runnable gone) {
        Runnable end = () -> stages.end(by, grace, () -> endFlow(gone));
        restarts.ifPresentOrElse(each -> each.stop(end), end);
    }

    /** The restarts of single stages, if its card wants such. */
    Optional<StageRestarts> restarts() {
        return restarts;
    }

    /** The data path, while there is one. */
    Optional<Flow> flow() {
        return flow;
    }

    /** How it ended last, if it has. */
    Optional<Outcome> outcome() {
        return outcome;
    }

    /** Shows how it ended under an earlier daemon. */
    void recall(Outcome seen) {
        outcome = Optional.of(seen);
    }

    private RetryState retries() {
        return supervisor.retries().state();
    }
}
