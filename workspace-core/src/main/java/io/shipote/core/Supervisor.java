package io.shipote.core;

import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import java.time.Duration;
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
 *      +<-----gone------ STOPPING <---stop------- RUNNING, STARTING
 * </pre>
 *
 * <p>A stop by anybody is final. A launch that fails is a failure like any other. A run that has been up for
 * {@link #HEALTHY} resets the count and the delay. Confined to the loop thread.
 */
public final class Supervisor {
    /** How long a run must be up for the restart count to begin anew. */
    public static final Duration HEALTHY = Duration.ofSeconds(10);

    /** What is being supervised. */
    public interface Work {
        /** Starts it; the answer is {@link Supervisor#launched()} or {@link Supervisor#launchFailed}, later. */
        void launch();

        /** Ends every process of it and then calls back. */
        void end(EndedBy by, Duration grace, Runnable gone);

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
    private final Policy policy;
    private final DoubleSupplier random;
    private final Waiters whenStopped = new Waiters();

    private JobState state = JobState.STOPPED;
    private String reason = "not started yet";
    private Optional<Act> act = Optional.empty();
    private Loop.Timer retry;
    private long retryAtMs;
    private long upSince;
    private long sinceReset;
    private long restarts;
    private EndedBy stopper;
    private Duration stopGrace;

    /** @param random numbers from 0 to 1 for the jitter */
    public Supervisor(Loop loop, Work work, Policy policy, DoubleSupplier random) {
        this.loop = loop;
        this.work = work;
        this.policy = policy;
        this.random = random;
    }

    /**
     * A restart policy with all its numbers.
     *
     * @param max restarts allowed since the last reset; 0 = without limit
     */
    public record Policy(RestartPolicy.Policy when, Backoff backoff, long max, RestartPolicy.OnUnknown onUnknown) {
        /** Never restarts. */
        public static final Policy NEVER = new Policy(
                RestartPolicy.Policy.NEVER, new Backoff(0, Backoff.DEFAULT_MAX_MS), 0, RestartPolicy.OnUnknown.RESTART);

        /** The policy a client asked for, with the defaults filled in. */
        public static Policy of(RestartPolicy asked) {
            return new Policy(
                    asked.policy(),
                    new Backoff(
                            asked.backoffMs().orElse(0L), asked.maxBackoffMs().orElse(Backoff.DEFAULT_MAX_MS)),
                    asked.max().orElse(0L),
                    asked.onUnknown().orElse(RestartPolicy.OnUnknown.RESTART));
        }

        boolean again(Ending ending) {
            switch (when) {
                case ALWAYS:
                    return ending != Ending.UNKNOWN || onUnknown == RestartPolicy.OnUnknown.RESTART;
                case ON_FAILURE:
                    return ending == Ending.BADLY
                            || (ending == Ending.UNKNOWN && onUnknown == RestartPolicy.OnUnknown.RESTART);
                default:
                    return false;
            }
        }
    }

    /** Starts it, unless it is starting or running already. Takes a due restart at once. */
    public void start() {
        if (state == JobState.STARTING || state == JobState.RUNNING || state == JobState.STOPPING) {
            return;
        }
        sinceReset = 0;
        startNow("started");
    }

    /** A client restarts it: what it does next is a restart, although nothing failed. */
    public void countRestart() {
        restarts++;
    }

    /** Does a due restart now; without effect in any other state. */
    public void retryNow() {
        if (state == JobState.BACKOFF) {
            startNow("retried at once");
        }
    }

    private void startNow(String why) {
        cancelRetry();
        enter(JobState.STARTING, why);
        work.launch();
    }

    /** The launch that {@link Work#launch} began has succeeded. */
    public void launched() {
        if (state == JobState.STOPPING) {
            work.end(stopper, stopGrace, this::gone);
            return;
        }
        upSince = loop.nanoTime();
        enter(JobState.RUNNING, "running" + (restarts == 0 ? "" : " after " + times(restarts, "restart")));
    }

    /** Takes over a thing that an earlier daemon started. */
    public void adopted(long restartsSoFar) {
        restarts = restartsSoFar;
        upSince = loop.nanoTime();
        act(Act.ADOPT, JobState.RUNNING, "running; adopted from an earlier daemon");
    }

    /** Takes over the record of a thing that is no more: its state is shown, nothing happens. */
    public void ended(JobState seen, String why, long restartsSoFar) {
        restarts = restartsSoFar;
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
            return;
        }
        if (upSince != 0 && loop.nanoTime() - upSince >= HEALTHY.toNanos()) {
            sinceReset = 0;
        }
        decide(ending, how);
    }

    private void decide(Ending ending, String how) {
        if (!policy.again(ending)) {
            settle(ending, how);
            return;
        }
        if (policy.max() > 0 && sinceReset >= policy.max()) {
            act(Act.GIVE_UP, JobState.FAILED, how + "; gave up after " + times(sinceReset, "restart"));
            return;
        }
        long delay = policy.backoff().delayMs(sinceReset, random.getAsDouble());
        sinceReset++;
        restarts++;
        retryAtMs = loop.wallMillis() + delay;
        String limit = policy.max() == 0 ? "" : " of " + policy.max();
        act(Act.RESTART, JobState.BACKOFF, how + "; restart " + sinceReset + limit + " after " + delay + " ms");
        if (delay == 0) {
            startNow(how + "; restarted at once");
            return;
        }
        retry = loop.schedule(Duration.ofMillis(delay), () -> startNow(how + "; restarted"));
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
                enter(JobState.UNKNOWN, how);
        }
    }

    /** Ends it for good. {@code done} runs when nothing of it is left. */
    public void stop(EndedBy by, Duration grace, Runnable done) {
        switch (state) {
            case RUNNING, PAUSED -> {
                remember(by, grace, done);
                work.end(by, grace, this::gone);
            }
            case STARTING -> remember(by, grace, done);
            case STOPPING -> whenStopped.add(done);
            case BACKOFF -> {
                stopper = by;
                cancelRetry();
                enter(JobState.STOPPED, "stopped by " + by.word() + " while it waited for its restart");
                done.run();
            }
            default -> done.run();
        }
    }

    private void remember(EndedBy by, Duration grace, Runnable done) {
        stopper = by;
        stopGrace = grace;
        whenStopped.add(done);
        enter(JobState.STOPPING, "being stopped by " + by.word());
    }

    private void gone() {
        enter(JobState.STOPPED, "stopped by " + stopper.word());
        whenStopped.release();
    }

    private void cancelRetry() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
        retryAtMs = 0;
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
        state = next;
        reason = why;
        work.changed(next);
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
        return restarts;
    }

    /** When the next try is due in Unix milliseconds; empty unless one is. */
    public OptionalLong nextTryMs() {
        return state == JobState.BACKOFF && retryAtMs > 0 ? OptionalLong.of(retryAtMs) : OptionalLong.empty();
    }
}
