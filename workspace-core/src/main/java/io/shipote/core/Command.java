package io.shipote.core;

import io.shipote.card.CommandId;
import io.shipote.card.ExitStatus;
import io.shipote.card.LaunchSpec;
import io.shipote.card.StopSpec;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Freezing;
import io.shipote.core.store.RunRecord;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A command of a workspace: one program, started again as its policy says. Confined to the loop thread.
 *
 * <p>It keeps one id for ever; each attempt is a {@link Run} of its own. What clients ask, what its runs tell and what an
 * earlier daemon has left change the same few fields, and so are here together.
 */
public final class Command implements SupervisedJob {
    private static final int NO_STATUS = new ExitStatus.Unknown().shellStatus();

    private final Host host;
    private final Workspace workspace;
    private final Supervisor supervisor;
    private final Waiters whenSettled = new Waiters();
    private final List<Answer<Run>> whenStarted = new ArrayList<>();
    private CommandIntent intent;
    private Optional<Fd> firstStdin = Optional.empty();
    private Optional<Run> run = Optional.empty();
    private Optional<RunRecord> last = Optional.empty();
    private final Deque<RunRecord> earlier = new ArrayDeque<>();
    private Optional<ShipoteException> refused = Optional.empty();

    public Command(Host host, Workspace workspace, CommandIntent intent) {
        this.host = host;
        this.workspace = workspace;
        this.intent = intent;
        this.supervisor = new Supervisor(host.loop(), this, SupervisionPolicy.of(intent.policy()), host.random());
    }

    /** The pipe end that its next run reads from; later ones read what the spec says. It stays the caller's. */
    void firstStdin(Fd readEnd) {
        firstStdin = Optional.of(readEnd);
    }

    /** Starts it; the answer comes when its process runs or could not be started. */
    public void start(Answer<Run> started) {
        if (run.isPresent() && run.get().alive()) {
            if (run.get().remains().isPresent()) {
                started.fail(new ShipoteException(
                        ErrorCode.WRONG_STATE,
                        "'" + label() + "' cannot be started: its last run is "
                                + run.get().remains().get(),
                        Map.of("id", id(), "state", state().word())));
                return;
            }
            started.ok(run.get());
            return;
        }
        if (state() == JobState.RUNNING || state() == JobState.STOPPING || state() == JobState.PAUSED) {
            started.fail(new ShipoteException(
                    ErrorCode.WRONG_STATE,
                    "'" + label() + "' is " + state().word() + ": it cannot be started now (try again)",
                    Map.of("id", id(), "state", state().word())));
            return;
        }
        whenStarted.add(started);
        supervisor.start();
    }

    /** Starts it once more, after it was stopped for that; counts as a restart. */
    void startAgain(Answer<Run> started) {
        supervisor.countRestart();
        start(started);
    }

    @Override
    public void launch() {
        refused = Optional.empty();
        RunRecord record = RunRecord.launching(
                host.bootId(),
                host.ids().run(),
                intent.id(),
                workspace.id(),
                label(),
                Argv.of(intent.spec()),
                LaunchSpec.of(intent.spec()).directory(),
                supervisor.restarts(),
                host.loop().wallMillis());
        RunRecord counted = supervisor.retries().state().withoutNext().noted(record);
        LaunchPlan plan = new LaunchPlan(
                counted, intent.spec(), workspace.spec(), firstStdin, Optional.empty(), Optional.empty());
        firstStdin = Optional.empty();
        host.launcher().launch(List.of(plan), outcome -> launched(counted, outcome));
    }

    private void launched(RunRecord planned, Launcher.Outcome outcome) {
        // Who asks in the course of this asks for the next launch.
        List<Answer<Run>> waiting = List.copyOf(whenStarted);
        whenStarted.clear();
        if (outcome instanceof Launcher.Started started) {
            Run next = new Run(
                    host.loop(),
                    host.launcher(),
                    started.records().get(0),
                    started.children().get(0));
            last.ifPresent(this::superseded);
            take(next);
            next.whenEnded(workspace::ended);
            supervisor.launched();
            next.whenEnded(this::ended);
            waiting.forEach(answer -> answer.ok(next));
            return;
        }
        ShipoteException cause = ((Launcher.NotStarted) outcome).cause();
        refused = Optional.of(cause);
        supervisor.launchFailed(cause);
        if (state() == JobState.BACKOFF && last.isEmpty()) {
            RunRecord ended = planned.ended(host.loop().wallMillis(), Endings.notStarted(cause), EndedBy.ITSELF.word());
            last = Optional.of(supervisor.retries().state().noted(ended));
            host.launcher().keepRefused(last.get());
        }
        waiting.forEach(answer -> answer.fail(cause));
    }

    private void take(Run next) {
        run = Optional.of(next);
        last = Optional.of(next.record());
    }

    /** A newer run exists: of the older ones some are kept. */
    private void superseded(RunRecord older) {
        if (older.exit().isEmpty()) {
            return;
        }
        if (older.exit().get() instanceof ExitStatus.NotStarted) {
            // There was no process: its record only kept the count of tries.
            workspace.superseded(older);
            return;
        }
        earlier.addFirst(older);
        while (earlier.size() >= host.retention().runsPerCommand()) {
            workspace.superseded(earlier.removeLast());
        }
    }

    /** Takes over the records of the runs before the last one, oldest first. */
    void recallEarlier(List<RunRecord> records) {
        records.forEach(this::superseded);
    }

    /**
     * Takes over a process that an earlier daemon started.
     *
     * @param asked what is wanted of it now; done before its end is noticed, if it has ended meanwhile, so that this does
     *     not pass for a death of its own
     */
    void adopt(RunRecord record, Child child, Runnable asked) {
        Run adopted = new Run(host.loop(), host.launcher(), record, child);
        take(adopted);
        adopted.whenEnded(workspace::ended);
        RetryState before = RetryState.of(record);
        Duration up = Duration.ofMillis(Math.max(0, host.loop().wallMillis() - record.startedMs()));
        Optional<Freezing> frozen = adopted.frozen().or(() -> workspace.paused().map(at -> Freezing.GROUP));
        if (frozen.isPresent()) {
            supervisor.adoptedPaused(before, up, frozen.get());
        } else {
            supervisor.adopted(before, up);
        }
        asked.run();
        adopted.whenEnded(this::ended);
    }

    /** Whether it is there and wanted, and so is its workspace: asked anew after each wait, before a process is made. */
    boolean toRun() {
        return intent.up() && workspace.holds(this) && workspace.state() == WorkspaceStatus.State.ACTIVE;
    }

    /** It is to run, but its workspace is paused. */
    void hold() {
        firstStdin = Optional.empty();
        supervisor.hold("its workspace is paused");
    }

    /** Its process is being looked for: until it is found or not, nothing can be said. */
    void looking(RunRecord record) {
        supervisor.ended(JobState.UNKNOWN, "being looked for after a start of the daemon", RetryState.of(record));
    }

    /** Takes over the record of its last run, which is no more. */
    public void recall(RunRecord record) {
        last = Optional.of(record);
        ExitStatus exit = record.exit().orElse(new ExitStatus.Unknown());
        String by = record.endedBy().orElse(EndedBy.ITSELF.word());
        boolean stopped = intent.durable() && !intent.up();
        boolean itself = by.equals(EndedBy.ITSELF.word()) && !stopped;
        if (by.equals(EndedBy.QUOTA.word()) && !stopped) {
            supervisor.ended(JobState.FAILED, "ended by quota: " + exit.describe(), RetryState.of(record));
            return;
        }
        JobState state = itself ? Endings.settled(exit) : JobState.STOPPED;
        supervisor.ended(
                state,
                itself
                        ? exit instanceof ExitStatus.Unknown
                                ? unseen(record, exit) + supervisor.heldAfterUnknown()
                                : exit.describe()
                        : "stopped by " + (stopped ? EndedBy.USER.word() : by) + ": " + exit.describe(),
                RetryState.of(record));
    }

    /** Its process died while no daemon watched: its policy decides, as if it had just ended. */
    public void lost(RunRecord record, ExitStatus exit) {
        last = Optional.of(record.ended(host.loop().wallMillis(), exit, EndedBy.ITSELF.word()));
        host.launcher().keep(last.get());
        // Nobody saw how long it was up; only an end on record tells.
        Duration up = Duration.ofMillis(Math.max(0, record.endedMs().orElse(record.startedMs()) - record.startedMs()));
        if (workspace.paused().isPresent()) {
            supervisor.adoptedPaused(RetryState.of(record), up, Freezing.GROUP);
        } else {
            supervisor.adopted(RetryState.of(record), up);
        }
        supervisor.ended(Endings.of(exit), unseen(record, exit));
    }

    /** How a run ended whose end, or whose restart, no daemon has seen. */
    private String unseen(RunRecord record, ExitStatus exit) {
        if (!(exit instanceof ExitStatus.Unknown)) {
            return exit.describe() + "; the daemon ended before it could be started again";
        }
        return record.bootId().equals(host.bootId())
                ? "ended while no daemon was running, exit status unknown (the kernel tells it to the parent alone)"
                : "ended with an earlier boot of the machine, exit status unknown";
    }

    /** The launch of its restart was cut short; of it the record is left, which keeps the count until the next launch. */
    void relaunch(RunRecord record) {
        last = Optional.of(Endings.cutShort(record, host.loop().wallMillis()));
        supervisor.waiting(RetryState.of(record), "the daemon ended during its launch");
        holdIfPaused();
    }

    /** It waits for its restart since an earlier daemon. */
    void waiting(RunRecord record) {
        last = Optional.of(record);
        supervisor.waiting(
                RetryState.of(record),
                record.exit().orElse(new ExitStatus.Unknown()).describe());
        holdIfPaused();
    }

    private void holdIfPaused() {
        if (workspace.paused().isPresent()) {
            hold();
        }
    }

    private void ended(Run which) {
        last = Optional.of(which.record());
        supervisor.ended(which.ending(), which.how());
    }

    @Override
    public void end(EndedBy by, Duration grace, Runnable gone) {
        // Who is to be down for ever is so on disk. Else the next daemon would take a half done stop for a death.
        boolean told = intent.durable() && !intent.up() || workspace.state() != WorkspaceStatus.State.ACTIVE;
        if (by.asked() && !told) {
            run.orElseThrow().noteEnding(by);
        }
        run.orElseThrow().end(by, grace, gone);
    }

    @Override
    public void changed(JobState state) {
        noteRetries(state);
        host.events().command(workspace, id(), state.word(), supervisor.why(), supervisor.act());
        if (!state.live()) {
            whenSettled.release();
            workspace.settled(this);
        }
    }

    /** A restart that is due is on record, so that the next daemon waits for it too; one that is not due any more is not. */
    private void noteRetries(JobState state) {
        boolean due = state == JobState.BACKOFF && supervisor.nextTryMs().isPresent();
        boolean stopped = state == JobState.STOPPED
                && !supervisor.stoppedBy(EndedBy.DAEMON)
                && last.flatMap(RunRecord::nextTryMs).isPresent();
        if (last.isEmpty() || !due && !stopped) {
            return;
        }
        RetryState retries = supervisor.retries().state();
        last = last.map(retries::noted);
        if (run.isPresent() && run.get().id().equals(last.get().run())) {
            run.get().retries(retries);
        } else {
            host.launcher().keep(last.get());
        }
    }

    @Override
    public Supervisor supervisor() {
        return supervisor;
    }

    @Override
    public boolean retryNow() {
        return supervisor.retryNow();
    }

    @Override
    public Duration stopGrace(Duration otherwise) {
        return StopSpec.of(intent.spec().shape().shipote())
                .graceMs()
                .map(Duration::ofMillis)
                .orElse(otherwise);
    }

    @Override
    public List<String> remains() {
        return run.flatMap(Run::remains).stream().toList();
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
        if (run.isPresent() && run.get().alive()) {
            run.get().signal(signal, done);
        } else {
            done.accept(0);
        }
    }

    @Override
    public String id() {
        return intent.id().text();
    }

    public CommandId commandId() {
        return intent.id();
    }

    @Override
    public String label() {
        return intent.name().orElse(intent.spec().label());
    }

    @Override
    public Workspace workspace() {
        return workspace;
    }

    @Override
    public JobState state() {
        return supervisor.state();
    }

    @Override
    public String why() {
        return supervisor.why();
    }

    @Override
    public List<Run> liveRuns() {
        return run.filter(Run::alive).map(List::of).orElse(List.of());
    }

    @Override
    public void forEachLive(Consumer<Run> visitor) {
        if (run.isPresent() && run.get().alive()) {
            visitor.accept(run.get());
        }
    }

    @Override
    public List<RunRecord> lastRecords() {
        return lastRecord().stream().toList();
    }

    /** What its newest run uses, or used; empty if that was of an earlier daemon. */
    public Optional<RunStats> stats() {
        return run.map(Run::stats);
    }

    @Override
    public List<RunRecord> keptRecords() {
        List<RunRecord> all = new ArrayList<>(lastRecords());
        all.addAll(earlier);
        return all;
    }

    public CommandIntent intent() {
        return intent;
    }

    /** Its restarts, to be looked at only. */
    public Retries retries() {
        return supervisor.retries();
    }

    /** Changes what is wanted; the caller makes it durable. */
    void intent(CommandIntent next) {
        intent = next;
    }

    /** The record of the newest run, if there was one. */
    public Optional<RunRecord> lastRecord() {
        return run.map(Run::record).or(() -> last);
    }

    @Override
    public int shellStatus() {
        if (refused.isPresent()) {
            return Endings.notStarted(refused.get()).shellStatus();
        }
        return last.flatMap(RunRecord::exit).map(ExitStatus::shellStatus).orElse(NO_STATUS);
    }

    /** How its last run ended, if it has. */
    public Optional<ExitStatus> exit() {
        return refused.map(Endings::notStarted).or(() -> last.flatMap(RunRecord::exit));
    }

    /** What a client sees of it. */
    public CommandStatus status(long logBytes) {
        return CommandView.of(this, logBytes);
    }
}
