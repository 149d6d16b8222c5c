package io.shipote.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.shipote.card.ExitStatus;
import io.shipote.card.PipelineId;
import io.shipote.card.PipelineSpec;
import io.shipote.card.wire.EdgeVerdict;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.RetryStatus;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.EndedBy;
import io.shipote.core.Endings;
import io.shipote.core.Host;
import io.shipote.core.Loop;
import io.shipote.core.RetryState;
import io.shipote.core.Run;
import io.shipote.core.SupervisedJob;
import io.shipote.core.Supervisor;
import io.shipote.core.Waiters;
import io.shipote.core.Workspace;
import io.shipote.core.store.RunRecord;
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
 * restart of all. Here is what is asked of it and what it answers; {@link Course} is what happens in it. Confined to the loop
 * thread.
 *
 * <p>When a stage of a supervised pipeline fails, the stages that feed it are ended; what comes after it drains. The
 * pipeline has ended when all stages have.
 */
public final class Pipeline implements SupervisedJob {
    private static final int UNKNOWN_STATUS = new ExitStatus.Unknown().shellStatus();

    private final Host host;
    private final Workspace workspace;
    private final PipelineCard card;
    private final Wiring wiring;
    private final Stages stages;
    private final Supervisor supervisor;
    private final Course course;
    private final EdgeVerdicts verdicts;
    private final Runnable settled;
    private final Waiters whenSettled = new Waiters();
    private final List<Consumer<Optional<ShipoteException>>> whenStarted = new ArrayList<>();

    /** @param settled called each time it has ended for good, unless the daemon ended it because it goes */
    Pipeline(Host host, Loop pumpLoop, Judge judge, Workspace workspace, PipelineCard card, Runnable settled) {
        this.host = host;
        this.workspace = workspace;
        this.card = card;
        this.wiring = Wiring.of(card.spec(), card.tap());
        this.settled = settled;
        this.stages = new Stages(card);
        this.supervisor = new Supervisor(host.loop(), this, card.policy(), host.random());
        StageWatch watch = new StageWatch(this, host);
        this.verdicts = new EdgeVerdicts(judge, wiring.edges(), this::keep);
        this.course =
                new Course(host, pumpLoop, workspace, card, wiring, stages, supervisor, watch, verdicts, this::answer);
    }

    /** The first stage's record has what is known of all edges. What was removed meanwhile is not written again. */
    private void keep(ArrayNode seen) {
        if (workspace.holds(this) && !workspace.deleting()) {
            stages.get(0).note(record -> record.withVerdicts(seen), host.launcher());
        }
    }

    /** Starts it; called back with nothing once all stages run, or with why none does. */
    void start(Consumer<Optional<ShipoteException>> started) {
        whenStarted.add(started);
        supervisor.start();
    }

    @Override
    public void launch() {
        course.launch();
    }

    @Override
    public void end(EndedBy by, Duration grace, Runnable gone) {
        // That a supervised one is to be down is on disk; else the next daemon would take a half done stop for deaths.
        if (by.asked() && !(spec().restartOnFailure() && by == EndedBy.USER)) {
            stages.liveRuns().forEach(run -> run.noteEnding(by));
        }
        course.end(by, grace, gone);
    }

    private void answer(Optional<ShipoteException> result) {
        List<Consumer<Optional<ShipoteException>>> waiting = List.copyOf(whenStarted);
        whenStarted.clear();
        waiting.forEach(callback -> callback.accept(result));
    }

    /** What happens between its start and its end. */
    Course course() {
        return course;
    }

    /** It waits for its restart since an earlier daemon. */
    void waiting(RetryState before) {
        Outcome result = stages.outcome();
        course.recall(result);
        waiting(before, result.why());
    }

    /** What there was of its restart is undone, as an earlier daemon did not live to finish it: it is made again. */
    void undone(RetryState before) {
        RetryState now = new RetryState(
                before.total(), before.sinceReset(), OptionalLong.of(host.loop().wallMillis()));
        course.undone(now);
        waiting(now, "the daemon ended during its start");
    }

    private void waiting(RetryState before, String why) {
        supervisor.waiting(before, why);
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
        record.verdicts().ifPresent(verdicts::recall);
    }

    /** Shows what the records of an earlier daemon say of it; nothing of it runs, and nothing starts it. */
    void recallEnded(boolean stopped, RetryState before) {
        Outcome result = stages.outcome();
        if (stopped) {
            supervisor.ended(JobState.STOPPED, "stopped by " + EndedBy.USER.word(), before);
            return;
        }
        course.recall(result);
        supervisor.ended(Endings.settled(result.ending()), result.why(), before);
    }

    @Override
    public void changed(JobState state) {
        host.events().pipeline(workspace, id(), state.word(), supervisor.why(), supervisor.act());
        noteRetries(state);
        if (state == JobState.PAUSED) {
            course.paused();
        } else if (state == JobState.RUNNING) {
            course.running();
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

    /**
     * A restart that is due is on record, so that the next daemon waits for it too. It stays so after a stop: that nobody
     * waits for it any more tells the next daemon that it was stopped and has not ended by itself.
     */
    private void noteRetries(JobState state) {
        if (state == JobState.BACKOFF && supervisor.nextTryMs().isPresent()) {
            stages.get(0).retries(retries(), host.launcher());
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
                        && course.restarts().filter(StageRestarts::retryNow).isPresent();
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
    public int commandCount() {
        return card.spec().nodes().size();
    }

    @Override
    public List<Run> liveRuns() {
        return stages.liveRuns();
    }

    @Override
    public List<Run> keepers() {
        return course.flow().map(Flow::holders).orElse(List.of());
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
                && course.restarts().filter(StageRestarts::waiting).isPresent();
        return waits ? JobState.BACKOFF : state;
    }

    @Override
    public String why() {
        Optional<String> stage = supervisor.state() == JobState.RUNNING
                ? course.restarts().flatMap(StageRestarts::why)
                : Optional.empty();
        return stage.map(why -> state() == JobState.BACKOFF ? why : supervisor.why() + "; " + why)
                .orElse(supervisor.why());
    }

    @Override
    public int shellStatus() {
        return outcome().map(Outcome::status).orElse(UNKNOWN_STATUS);
    }

    long restarts() {
        return supervisor.restarts()
                + course.restarts().map(StageRestarts::total).orElse(0L);
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
                ? course.restarts().map(each -> each.unit(stage.index()))
                : Optional.empty();
    }

    OptionalLong nextTryMs() {
        return course.restarts()
                .map(StageRestarts::nextTryMs)
                .filter(OptionalLong::isPresent)
                .orElse(supervisor.nextTryMs());
    }

    /** How it ended last, if it has. */
    Optional<Outcome> outcome() {
        return course.outcome();
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
        return new EdgeAccess(this, course.flow());
    }

    /**
     * What the bytes of its edges seem to be, in the order of the spec, or once it does not run, last seemed to be. Empty for
     * an edge without bytes. Answered on the loop; BUSY if too much is asked.
     *
     * @param waiting as in {@link EdgeAccess#samples}
     */
    public void verdicts(boolean waiting, Answer<List<Optional<EdgeVerdict>>> answer) {
        verdicts.look(edges(), waiting, answer);
    }

    /** What a client sees of it. */
    public PipelineStatus status(ToLongFunction<RunRecord> logBytes) {
        return PipelineView.of(this, wiring, logBytes);
    }
}
