package io.shipote.core;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.linux.Freezing;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;

/**
 * Keeps one thing (a command, a pipeline) running as its policy says.
 *
 * <pre>
 *   STOPPED --start--> STARTING --launched--> RUNNING --ended--> EXITED | FAILED | UNKNOWN
 *      ^                  |  ^                   |                  (policy says no, or gives up)
 *      |            failed|  |timer, retryNow    |ended, policy says yes
 *      |                  v  |                   v
 *      |<-----stop------ BACKOFF <---------------+
 *      +<-----gone------ STOPPING <---stop------- RUNNING, STARTING, PAUSED
 *   RUNNING, BACKOFF --pause--> PAUSED --resume--> RUNNING, STARTING
 * </pre>
 *
 * <p>A stop by anybody is final. While it is paused nothing restarts it, and no time passes for its health. A launch that
 * fails is a failure like any other. A run that has been up for as long as the policy says resets the count and the
 * delay, see {@link Retries}. Confined to the loop thread.
 *
 * <p>All transitions are in this one file, so that they can be held against the picture.
 */
public final class Supervisor {
    /** What is being supervised. */
    public interface Work {
        /** Starts it; the answer is {@link Supervisor#launched()} or {@link Supervisor#launchFailed}, later. */
        void launch();

        /** Ends every process of it and then calls back. */
        void end(EndedBy by, Duration grace, Runnable gone);

        /** Its runs that are alive. */
        List<Run> liveRuns();

        /** What of its newest runs could not be killed, in words. */
        List<String> remains();

        /** Called after every change of state. */
        void changed(JobState state);
    }

    /** How a run ended, as far as supervision cares. */
    public enum Ending {
        WELL,
        BADLY,
        UNKNOWN
    }

    /** What a supervisor does of its own accord. */
    public enum Act {
        RESTART,
        GIVE_UP,
        ADOPT;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Loop loop;
    private final Work work;
    private final SupervisionPolicy policy;
    private final Retries retries;
    private final Waiters whenStopped = new Waiters();
    private final Waiters whenNotStarting = new Waiters();

    private JobState state = JobState.STOPPED;
    private String reason = "not started yet";
    private Optional<Act> act = Optional.empty();
    private EndedBy stopper;
    private Duration stopGrace;
    private long stopNanos;
    private String howEnded = "";
    private boolean held;
    private Freezing pausedHow = Freezing.GROUP;

    /** @param random numbers from 0 to 1 for the jitter */
    public Supervisor(Loop loop, Work work, SupervisionPolicy policy, DoubleSupplier random) {
        this.loop = loop;
        this.work = work;
        this.policy = policy;
        this.retries = new Retries(loop, policy, random);
    }

    /** Starts it, unless it is starting, running or paused already. Takes a due restart at once. */
    public void start() {
        if (state.live() && state != JobState.BACKOFF) {
            return;
        }
        retries.reset();
        startNow("started");
    }

    /** A client restarts it: what it does next is a restart, although nothing failed. */
    public void countRestart() {
        retries.countOne();
    }

    /** Does a due restart now; false in any other state. */
    public boolean retryNow() {
        boolean due = state == JobState.BACKOFF;
        if (due) {
            startNow("retried at once");
        }
        return due;
    }

    private void startNow(String why) {
        retries.cancel();
        enter(JobState.STARTING, why);
        work.launch();
    }

    /** The launch that {@link Work#launch} began has succeeded. */
    public void launched() {
        if (state == JobState.STOPPING) {
            work.end(stopper, stopGrace, this::gone);
            return;
        }
        retries.up(Duration.ZERO);
        long restarts = retries.total();
        enter(JobState.RUNNING, "running" + (restarts == 0 ? "" : " after " + times(restarts, "restart")));
    }

    /** Takes over a thing that an earlier daemon started, and that has been seen up for so long. */
    public void adopted(RetryState before, Duration up) {
        retries.restore(before);
        retries.up(up);
        act(Act.ADOPT, JobState.RUNNING, "running; adopted from an earlier daemon");
    }

    /** The same of one that is paused, or was just being paused: all of it is frozen again. */
    public void adoptedPaused(RetryState before, Duration up, Freezing how) {
        retries.restore(before);
        retries.up(up);
        retries.freeze();
        pausedHow = how;
        act(Act.ADOPT, JobState.PAUSED, "paused: " + how.word() + "; adopted from an earlier daemon");
        Freezer.freeze(work.liveRuns(), Answer.of(again -> {}, e -> reason = reason + "; " + e.getMessage()));
    }

    /** Takes over a thing that waits for its restart since an earlier daemon: its count and its deadline stand. */
    public void waiting(RetryState before, String how) {
        retries.restore(before);
        retries.resume(before.nextTryMs().orElse(0), () -> startNow(how + "; restarted"));
        enter(JobState.BACKOFF, how + "; " + retries.ordinal() + " is still due");
    }

    /** Takes over the record of a thing that is no more: its state is shown, nothing happens. */
    public void ended(JobState seen, String why, RetryState before) {
        retries.restore(before);
        enter(seen, why);
    }

    /** The launch that {@link Work#launch} began has failed, and nothing of it is left. */
    public void launchFailed(ShipoteException cause) {
        if (state == JobState.STOPPING) {
            gone();
            return;
        }
        decide(Ending.BADLY, "could not be started: " + cause.getMessage());
    }

    /** What was running has ended by itself. */
    public void ended(Ending ending, String how) {
        if (state == JobState.STOPPING || !state.live()) {
            reason = how;
            howEnded = ": " + how;
            return;
        }
        retries.down();
        decide(ending, how);
    }

    /** What was running has ended, after all attempts of its own to go on. */
    public void gaveUp(String how) {
        if (state == JobState.STOPPING || !state.live()) {
            reason = how;
            return;
        }
        retries.down();
        act(Act.GIVE_UP, JobState.FAILED, how);
    }

    private void decide(Ending ending, String how) {
        if (!policy.again(ending)) {
            settle(ending, how);
            return;
        }
        if (retries.exhausted()) {
            act(Act.GIVE_UP, JobState.FAILED, how + "; " + retries.surrender());
            return;
        }
        long delay = retries.next(() -> startNow(how + "; restarted"));
        if (state == JobState.PAUSED) {
            hold(how);
            return;
        }
        act(Act.RESTART, JobState.BACKOFF, how + "; " + retries.ordinal() + " after " + delay + " ms");
        // Not if somebody was waiting to pause it.
        if (delay == 0 && state == JobState.BACKOFF) {
            startNow(how + "; restarted at once");
        }
    }

    /** Why it is not started again after an end that nobody knows, for people. */
    String heldAfterUnknown() {
        return policy.when() == RestartPolicy.Policy.NEVER
                ? "; not started again, as it has no restart policy"
                : "; not started again, as its restart policy holds after an unknown end";
    }

    private void settle(Ending ending, String how) {
        switch (ending) {
            case WELL:
                enter(JobState.EXITED, how);
                break;
            case BADLY:
                enter(JobState.FAILED, how);
                break;
            default:
                enter(JobState.UNKNOWN, how + heldAfterUnknown());
        }
    }

    /** Ends it for good. {@code done} runs when nothing of it is left. */
    public void stop(EndedBy by, Duration grace, Runnable done) {
        switch (state) {
            case RUNNING, PAUSED -> {
                if (held) {
                    stopWaiting(by, "while it was paused", done);
                    return;
                }
                remember(by, grace, done);
                work.end(by, grace, this::gone);
            }
            case STARTING -> remember(by, grace, done);
            case STOPPING -> {
                whenStopped.add(done);
                hurry(grace);
            }
            case BACKOFF -> stopWaiting(by, "while it waited for its restart", done);
            default -> done.run();
        }
    }

    private void stopWaiting(EndedBy by, String when, Runnable done) {
        stopper = by;
        retries.cancel();
        enter(JobState.STOPPED, "stopped by " + by.word() + " " + when);
        done.run();
    }

    /** Keeps it from running, restarts included, until {@link #resume}. What is starting is paused once it runs. */
    public void pause(Answer<Freezing> answer) {
        switch (state) {
            case RUNNING -> {
                List<Run> runs = work.liveRuns();
                Freezer.freeze(runs, answer.then(how -> frozen(runs, how, answer)));
            }
            case STARTING -> whenNotStarting.add(() -> pause(answer));
            case BACKOFF -> {
                hold(reason);
                answer.ok(pausedHow);
            }
            case PAUSED -> answer.ok(pausedHow);
            default ->
                answer.fail(new ShipoteException(
                        ErrorCode.WRONG_STATE, "it is " + state.word() + ": nothing can be paused"));
        }
    }

    private void frozen(List<Run> runs, Freezing how, Answer<Freezing> answer) {
        if (state == JobState.RUNNING && work.liveRuns().equals(runs)) {
            retries.freeze();
            pausedHow = how;
            enter(JobState.PAUSED, "paused: " + how.word());
        }
        if (state == JobState.PAUSED || state == JobState.STOPPING) {
            answer.ok(how);
        } else {
            // It has ended meanwhile, and what runs now, if anything, is another run.
            pause(answer);
        }
    }

    /** Instead of starting it: that is done when it is resumed. */
    public void hold(String why) {
        retries.cancel();
        held = true;
        pausedHow = Freezing.GROUP;
        enter(JobState.PAUSED, why + "; held until it is resumed");
    }

    /** Lets it go on: what is frozen runs again, what was to be started is started. */
    public void resume(Answer<Void> answer) {
        if (state != JobState.PAUSED) {
            answer.fail(new ShipoteException(ErrorCode.WRONG_STATE, "it is " + state.word() + ", not paused"));
        } else if (held) {
            startNow("resumed");
            answer.ok(null);
        } else {
            retries.thaw();
            enter(JobState.RUNNING, "running; resumed");
            Freezer.thaw(work.liveRuns(), () -> answer.ok(null));
        }
    }

    /** Whoever asks later may give less time, never more. */
    private void hurry(Duration grace) {
        Duration left = stopGrace.minusNanos(loop.nanoTime() - stopNanos);
        if (grace.compareTo(left) < 0) {
            stopGrace = grace;
            stopNanos = loop.nanoTime();
            work.liveRuns().forEach(run -> run.end(stopper, grace, () -> {}));
        }
    }

    private void remember(EndedBy by, Duration grace, Runnable done) {
        stopper = by;
        stopGrace = grace;
        stopNanos = loop.nanoTime();
        howEnded = "";
        whenStopped.add(done);
        enter(JobState.STOPPING, "being stopped by " + by.word());
    }

    private void gone() {
        retries.down();
        List<String> remains = work.remains();
        String left = remains.isEmpty() ? "" : "; " + String.join("; ", remains);
        enter(JobState.STOPPED, "stopped by " + stopper.word() + howEnded + left);
        whenStopped.release();
    }

    private void act(Act what, JobState next, String why) {
        act = Optional.of(what);
        change(next, why);
    }

    private void enter(JobState next, String why) {
        act = Optional.empty();
        change(next, why);
    }

    private void change(JobState next, String why) {
        boolean waited = state == JobState.STARTING && next != JobState.STARTING;
        held &= next == JobState.PAUSED;
        state = next;
        reason = why;
        work.changed(next);
        if (waited) {
            whenNotStarting.release();
        }
    }

    private static String times(long n, String what) {
        return n + " " + what + (n == 1 ? "" : "s");
    }

    public JobState state() {
        return state;
    }

    /** What the supervisor did of its own accord to come into this state. */
    public Optional<Act> act() {
        return act;
    }

    /** The state's reason in words. */
    public String why() {
        return reason;
    }

    /** Whether it was stopped, and by this one. */
    public boolean stoppedBy(EndedBy by) {
        return state == JobState.STOPPED && stopper == by;
    }

    /** All restarts ever made. */
    public long restarts() {
        return retries.total();
    }

    /** Its restarts, to be looked at only. */
    public Retries retries() {
        return retries;
    }

    /** When the next try is due in Unix milliseconds; empty unless one is. */
    public OptionalLong nextTryMs() {
        return retries.dueMs();
    }
}
