package io.shipote.pipeline;

import io.shipote.card.ExitStatus;
import io.shipote.card.Graph;
import io.shipote.card.PipelineId;
import io.shipote.card.PipelineSpec;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.RetryStatus;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.EndedBy;
import io.shipote.core.Endings;
import io.shipote.core.Host;
import io.shipote.core.LaunchPlan;
import io.shipote.core.Launcher;
import io.shipote.core.Loop;
import io.shipote.core.Retries;
import io.shipote.core.RetryState;
import io.shipote.core.Run;
import io.shipote.core.SupervisedJob;
import io.shipote.core.Supervisor;
import io.shipote.core.Waiters;
import io.shipote.core.Workspace;
import io.shipote.core.linux.Freezing;
import io.shipote.core.store.RunRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * A pipeline of a workspace, supervised as one thing: all stages are started together or none, and a restart is a
 * restart of all. Confined to the loop thread.
 *
 * <p>When a stage of a supervised pipeline fails, the stages that feed it are ended; what comes after it drains. The
 * pipeline has ended when all stages have.
 */
public final class Pipeline implements SupervisedJob {
    private static final int UNKNOWN_STATUS = new ExitStatus.Unknown().shellStatus();

    private final Host host;
    private final Loop pumpLoop;
    private final Workspace workspace;
    private final PipelineCard card;
    private final Wiring wiring;
    private final Stages stages;
    private final StagePlans plans;
    private final Supervisor supervisor;
    private final Optional<StageRestarts> restarts;
    private final Runnable settled;
    private final Waiters whenSettled = new Waiters();
    private final List<Consumer<Optional<ShipoteException>>> whenStarted = new ArrayList<>();
    private Optional<Outcome> outcome = Optional.empty();
    private Optional<Flow> flow = Optional.empty();
    /** All stages are being ended, because bytes were lost. */
    private boolean brokenOff;

    /** @param settled called each time it has ended for good, unless the daemon ended it because it goes */
    Pipeline(Host host, Loop pumpLoop, Workspace workspace, PipelineCard card, Runnable settled) {
        this.host = host;
        this.pumpLoop = pumpLoop;
        this.workspace = workspace;
        this.card = card;
        this.wiring = Wiring.of(card.spec(), card.tap());
        this.settled = settled;
        this.stages = new Stages(card);
        this.plans = new StagePlans(host, workspace, card, wiring);
        this.restarts = card.partial() ? Optional.of(stageRestarts()) : Optional.empty();
        this.supervisor = new Supervisor(host.loop(), this, card.policy(), host.random());
    }

    private StageRestarts stageRestarts() {
        StageRelaunch owner = new StageRelaunch(host, workspace, stages, plans, () -> flow, new StageWatch(this, host));
        return new StageRestarts(
                Graph.of(card.spec()),
                card.spec().nodes().size(),
                card.spec().options().scope(),
                stage -> new Retries(host.loop(), card.policy(stage), host.random()),
                owner);
    }

    /** Starts it; called back with nothing once all stages run, or with why none does. */
    void start(Consumer<Optional<ShipoteException>> started) {
        whenStarted.add(started);
        supervisor.start();
    }

    @Override
    public void launch() {
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
        restarts.ifPresent(StageRestarts::started);
        supervisor.launched();
        stages.forEach(stage -> stage.run().orElseThrow().whenEnded(run -> stageEnded(stage)));
        next.onFailure(() -> broken(next));
        if (next.failure().isPresent()) {
            broken(next);
        }
        answer(Optional.empty());
    }

    private void refused(ShipoteException cause) {
        outcome = Optional.of(Launches.outcome(cause));
        supervisor.launchFailed(cause);
        Stage first = stages.get(0);
        if (state() == JobState.BACKOFF && first.record().isEmpty()) {
            RunRecord record = plans.refused(first, retries(), cause);
            first.recall(record);
            host.launcher().keepRefused(record);
        }
        answer(Optional.of(cause));
    }

    private void answer(Optional<ShipoteException> result) {
        List<Consumer<Optional<ShipoteException>>> waiting = List.copyOf(whenStarted);
        whenStarted.clear();
        waiting.forEach(callback -> callback.accept(result));
    }

    /** Takes over the stages that an earlier daemon started; those that are gone have their record only. */
    void adopt(List<Optional<Launcher.Adopted>> found, List<Launcher.Adopted> holders, RetryState before) {
        Flow adopted = Flow.adopt(host, pumpLoop, workspace, card.id(), wiring, holders);
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

    /** It waits for its restart since an earlier daemon. */
    void waiting(RetryState before) {
        Outcome result = stages.outcome();
        outcome = Optional.of(result);
        supervisor.waiting(before, result.why());
        if (workspace.paused().isPresent()) {
            hold();
        }
    }

    /** It is to be started, but its workspace is paused. */
    void hold() {
        supervisor.hold("its workspace is paused");
    }

    /** Takes over the record of a stage. */
    void recall(int index, RunRecord record) {
        stages.get(index).recall(record);
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
                stages.end(EndedBy.DEPENDENCY, stopGrace(Stages.FEEDER_GRACE), () -> {});
            }
        };
        restarts.ifPresentOrElse(each -> each.stop(end), end);
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
        if (supervised && failed && state() == JobState.RUNNING) {
            stages.endFeeders(stage);
        }
    }

    /** Shows what the records of an earlier daemon say of it; nothing of it runs, and nothing starts it. */
    void recallEnded(boolean stopped, RetryState before) {
        Outcome result = stages.outcome();
        if (stopped) {
            supervisor.ended(JobState.STOPPED, "stopped by " + EndedBy.USER.word(), before);
            return;
        }
        outcome = Optional.of(result);
        supervisor.ended(Endings.settled(result.ending()), result.why(), before);
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
            flow.get().end(gone);
        } else {
            gone.run();
        }
    }

    @Override
    public void end(EndedBy by, Duration grace, Runnable gone) {
        Runnable end = () -> stages.end(by, grace, () -> endFlow(gone));
        restarts.ifPresentOrElse(each -> each.stop(end), end);
    }

    @Override
    public void changed(JobState state) {
        host.events().pipeline(workspace, id(), state.word(), supervisor.why(), supervisor.act());
        noteRetries(state);
        if (state == JobState.PAUSED) {
            restarts.ifPresent(StageRestarts::held);
        } else if (state == JobState.RUNNING) {
            restarts.ifPresent(StageRestarts::released);
        }
        if (!state.live()) {
            // A daemon that ends everything before it goes does not change what is wanted.
            if (!supervisor.stoppedBy(EndedBy.DAEMON)) {
                settled.run();
            }
            whenSettled.release();
            workspace.settled(this);
        }
    }

    /** A restart that is due is on record, so that the next daemon waits for it too; one that is not due any more is not. */
    private void noteRetries(JobState state) {
        Stage first = stages.get(0);
        boolean due = state == JobState.BACKOFF && supervisor.nextTryMs().isPresent();
        boolean noted = first.record().flatMap(RunRecord::nextTryMs).isPresent();
        if (due || noted && state == JobState.STOPPED && !supervisor.stoppedBy(EndedBy.DAEMON)) {
            first.retries(retries(), host.launcher());
        }
    }

    @Override
    public Supervisor supervisor() {
        return supervisor;
    }

    @Override
    public boolean retryNow() {
        return supervisor.retryNow()
                || supervisor.state() == JobState.RUNNING
                        && restarts.filter(StageRestarts::retryNow).isPresent();
    }

    @Override
    public Duration stopGrace(Duration otherwise) {
        return stages.stopGrace(otherwise);
    }

    @Override
    public List<String> remains() {
        return stages.remains();
    }

    @Override
    public Runnable whenSettled(Runnable callback) {
        if (state().live()) {
            return whenSettled.add(callback);
        }
        callback.run();
        return () -> {};
    }

    @Override
    public void signal(int signal, Consumer<Integer> done) {
        stages.signal(signal, done);
    }

    @Override
    public List<Run> liveRuns() {
        return stages.liveRuns();
    }

    @Override
    public List<Run> keepers() {
        return flow.map(Flow::holders).orElse(List.of());
    }

    @Override
    public String id() {
        return card.id().text();
    }

    public PipelineId pipelineId() {
        return card.id();
    }

    @Override
    public String label() {
        return card.spec().label();
    }

    @Override
    public Workspace workspace() {
        return workspace;
    }

    @Override
    public JobState state() {
        JobState state = supervisor.state();
        boolean waits = state == JobState.RUNNING
                && restarts.filter(StageRestarts::waiting).isPresent();
        return waits ? JobState.BACKOFF : state;
    }

    @Override
    public String why() {
        Optional<String> stage =
                supervisor.state() == JobState.RUNNING ? restarts.flatMap(StageRestarts::why) : Optional.empty();
        return stage.map(why -> state() == JobState.BACKOFF ? why : supervisor.why() + "; " + why)
                .orElse(supervisor.why());
    }

    @Override
    public int shellStatus() {
        return outcome.map(Outcome::status).orElse(UNKNOWN_STATUS);
    }

    long restarts() {
        return supervisor.restarts() + restarts.map(StageRestarts::total).orElse(0L);
    }

    Optional<RetryStatus> retryStatus() {
        return supervisor.retries().status();
    }

    private RetryState retries() {
        return supervisor.retries().state();
    }

    /** Where a stage stands, if stages are restarted by themselves and it runs as a whole. */
    Optional<RestartUnit> unit(Stage stage) {
        return supervisor.state() == JobState.RUNNING
                ? restarts.map(each -> each.unit(stage.index()))
                : Optional.empty();
    }

    RestartUnit restartUnit(int stage) {
        return restarts.orElseThrow().unit(stage);
    }

    OptionalLong nextTryMs() {
        return restarts.map(StageRestarts::nextTryMs)
                .filter(OptionalLong::isPresent)
                .orElse(supervisor.nextTryMs());
    }

    /** How it ended last, if it has. */
    Optional<Outcome> outcome() {
        return outcome;
    }

    /** The spec as it runs, its templates filled in. */
    public PipelineSpec spec() {
        return card.spec();
    }

    PipelineCard card() {
        return card;
    }

    Stages stages() {
        return stages;
    }

    @Override
    public List<RunRecord> lastRecords() {
        return List.copyOf(records().values());
    }

    /** The newest record of each stage, by the stage's label. */
    public Map<String, RunRecord> records() {
        return stages.records();
    }

    /** What flows through its edges. */
    public EdgeAccess edges() {
        return new EdgeAccess(this, flow);
    }

    /** What a client sees of it. */
    public PipelineStatus status(ToLongFunction<RunRecord> logBytes) {
        return PipelineView.of(this, wiring, logBytes);
    }
}
