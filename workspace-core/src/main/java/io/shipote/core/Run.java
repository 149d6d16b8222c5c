package io.shipote.core;

import io.shipote.card.CommandId;
import io.shipote.card.ExitStatus;
import io.shipote.card.RunId;
import io.shipote.card.StopSpec;
import io.shipote.core.linux.Freezing;
import io.shipote.core.store.RunRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** One attempt of a command: one process and its tree. Confined to the loop thread. */
public final class Run {
    private final Loop loop;
    private final Launcher launcher;
    private final Child child;
    private final List<Consumer<Run>> whenEnded = new ArrayList<>();
    private final RunStats stats;
    private RunRecord record;
    private EndedBy endedBy = EndedBy.ITSELF;
    private boolean written;
    private Optional<String> overQuota = Optional.empty();

    /** Takes charge of a process that has just been started or adopted. */
    public Run(Loop loop, Launcher launcher, RunRecord record, Child child) {
        this.loop = loop;
        this.launcher = launcher;
        this.record = record;
        this.child = child;
        this.stats = new RunStats(child.usageSource());
        // Of one that an earlier daemon was ending.
        EndedBy.asked(record).ifPresent(by -> endedBy = by);
        child.whenExited(this::exited);
    }

    private void exited(ExitStatus status) {
        record = record.ended(loop.wallMillis(), status, endedBy.word()).withTotals(stats.totals(child.totals()));
        List<Consumer<Run>> waiting = List.copyOf(whenEnded);
        whenEnded.clear();
        // A successor is launched before this is written down: the newest record of a command counts.
        waiting.forEach(callback -> callback.accept(this));
        launcher.keep(record);
        written = true;
    }

    /** Notes in the record where the restarts of its command stand, now that it has ended. */
    public void retries(RetryState state) {
        note(state::noted);
    }

    /** Notes something in the record; it is on disk once the run has ended. */
    public void note(UnaryOperator<RunRecord> change) {
        record = change.apply(record);
        if (written) {
            launcher.keep(record);
        }
    }

    /** Calls back once its main process has exited; at once if it has. */
    public void whenEnded(Consumer<Run> callback) {
        if (exit().isPresent()) {
            callback.accept(this);
        } else {
            whenEnded.add(callback);
        }
    }

    /** Ends the whole tree; {@code gone} when nothing of it is left. */
    public void end(EndedBy by, Duration grace, Runnable gone) {
        if (exit().isEmpty()) {
            endedBy = by;
        }
        child.end(grace, gone);
    }

    /** Notes in the record who is about to end it, for the next daemon, should this one not live to see the end. */
    public void noteEnding(EndedBy by) {
        if (exit().isEmpty()) {
            record = record.ending(by.word());
            launcher.keep(record);
        }
    }

    /** Ends it because its workspace uses too much; for supervision that is a failure. */
    void endOverQuota(String why, Duration grace, Runnable gone) {
        if (exit().isEmpty()) {
            overQuota = Optional.of(why);
        }
        end(EndedBy.QUOTA, grace, gone);
    }

    /** How it ended, in words. */
    String how() {
        String exit = exit().map(ExitStatus::describe).orElse("still running");
        return overQuota.map(why -> "ended by quota (" + why + "): " + exit).orElse(exit);
    }

    /** What its end is for supervision. */
    Supervisor.Ending ending() {
        return overQuota.isPresent() ? Supervisor.Ending.BADLY : Endings.of(exit().orElseThrow());
    }

    public void signal(int signal, Consumer<Integer> done) {
        child.signal(signal, done);
    }

    /** Keeps all of it from running until {@link #thaw}, and tells how. */
    public void freeze(Answer<Freezing> answer) {
        child.freeze(answer);
    }

    void thaw(Runnable done) {
        child.thaw(done);
    }

    /** How it is kept from running; empty when it runs. */
    public Optional<Freezing> frozen() {
        return child.frozen();
    }

    /** What of it could not be killed, in words; empty unless there is such. */
    public Optional<String> remains() {
        return child.remains();
    }

    /** How it is to be ended. */
    public StopSpec stopSpec() {
        return StopSpec.of(record.own());
    }

    /** What its main process leaves behind, if that ended by itself and the run says that it is to be left alone. */
    Optional<Tree> leftBehind() {
        boolean leaves = !alive() && endedBy == EndedBy.ITSELF && stopSpec().detachedChildren();
        return leaves ? Optional.of(child) : Optional.empty();
    }

    public RunId id() {
        return record.run();
    }

    public CommandId command() {
        return record.command();
    }

    /** The process id, for display. */
    public int pid() {
        return child.pid();
    }

    public boolean alive() {
        return exit().isEmpty();
    }

    public Optional<ExitStatus> exit() {
        return record.exit();
    }

    public EndedBy endedBy() {
        return endedBy;
    }

    public RunRecord record() {
        return record;
    }

    /** What it uses. */
    public RunStats stats() {
        return stats;
    }
}
