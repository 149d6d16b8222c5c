package io.shipote.core;

import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.RetryStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;

/**
 * The restarts of one thing: how many there were, whether there is to be another and when, and when the count begins
 * anew. Confined to the loop thread.
 */
public final class Retries {
    private final Loop loop;
    private final SupervisionPolicy policy;
    private final DoubleSupplier random;
    private long total;
    private long sinceReset;
    private OptionalLong dueMs = OptionalLong.empty();
    private OptionalLong upSince = OptionalLong.empty();
    private OptionalLong frozenAt = OptionalLong.empty();
    private Loop.Timer timer;

    /** @param random numbers from 0 to 1 for the jitter */
    public Retries(Loop loop, SupervisionPolicy policy, DoubleSupplier random) {
        this.loop = loop;
        this.policy = policy;
        this.random = random;
    }

    /** Goes on counting where an earlier daemon stopped; its next try is not scheduled. */
    public void restore(RetryState before) {
        total = before.total();
        sinceReset = before.sinceReset();
    }

    /** It runs, and has for so long already. */
    public void up(Duration already) {
        upSince = OptionalLong.of(loop.nanoTime() - already.toNanos());
    }

    /** It has ended: if it was healthy, what was before does not count any more. */
    public void down() {
        if (healthy()) {
            sinceReset = 0;
        }
        upSince = OptionalLong.empty();
        frozenAt = OptionalLong.empty();
    }

    /** It is paused: from now on no time passes for its health. */
    public void freeze() {
        frozenAt = OptionalLong.of(loop.nanoTime());
    }

    /** It goes on. */
    public void thaw() {
        upSince = OptionalLong.of(loop.nanoTime() - upNanos());
        frozenAt = OptionalLong.empty();
    }

    private long upNanos() {
        return upSince.isEmpty() ? 0 : frozenAt.orElse(loop.nanoTime()) - upSince.getAsLong();
    }

    private boolean healthy() {
        return upSince.isPresent() && upNanos() >= policy.healthy().toNanos();
    }

    /** Begins to count anew; the total stays. */
    public void reset() {
        sinceReset = 0;
    }

    /** Counts a restart that nothing failed for. */
    public void countOne() {
        total++;
    }

    /** Whether all restarts are used up that are allowed since the last reset. */
    public boolean exhausted() {
        return beyondMax() && !policy.slow();
    }

    private boolean beyondMax() {
        return policy.max() > 0 && sinceReset >= policy.max();
    }

    /** Counts one more restart and runs the task when it is due; a delay of 0 is left to the caller, and nothing is due. */
    public long next(Runnable task) {
        double unit = random.getAsDouble();
        long delay = beyondMax()
                ? policy.backoff().slowestMs(unit)
                : policy.backoff().delayMs(sinceReset, unit);
        sinceReset++;
        total++;
        if (delay > 0) {
            schedule(loop.wallMillis(), delay, task);
        }
        return delay;
    }

    /**
     * Runs the task when it was due by an earlier daemon's clock; at once, as a task of its own, if that is over. A clock
     * that was set back does not make it wait longer than the policy ever would.
     */
    public void resume(long due, Runnable task) {
        // One reading for both: else it would be put off by a moment with each daemon.
        long now = loop.wallMillis();
        long left = Math.max(0, due - now);
        schedule(now, Math.min(left, policy.backoff().slowestMs(1)), task);
    }

    private void schedule(long nowMs, long delayMs, Runnable task) {
        cancel();
        dueMs = OptionalLong.of(nowMs + delayMs);
        timer = loop.schedule(Duration.ofMillis(delayMs), () -> {
            cancel();
            task.run();
        });
    }

    /** Nothing is due any more. */
    public void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        dueMs = OptionalLong.empty();
    }

    /** When the next try is due, in Unix milliseconds; empty unless one is. */
    public OptionalLong dueMs() {
        return dueMs;
    }

    /** When it will have run long enough for the count to begin anew, in Unix milliseconds, if there is a count. */
    public OptionalLong resetMs() {
        if (upSince.isEmpty() || frozenAt.isPresent() || sinceReset() == 0) {
            return OptionalLong.empty();
        }
        long left = policy.healthy().toNanos() - upNanos();
        return OptionalLong.of(
                loop.wallMillis() + Duration.ofNanos(Math.max(0, left)).toMillis());
    }

    /** Restarts since the count began anew, the one that is due among them. */
    public long sinceReset() {
        return healthy() ? 0 : sinceReset;
    }

    /** All restarts ever made, the one that is due among them. */
    public long total() {
        return total;
    }

    /** What a later daemon must know. */
    public RetryState state() {
        return new RetryState(total, sinceReset(), dueMs);
    }

    /** What a client sees of it; empty for one that never restarts. */
    public Optional<RetryStatus> status() {
        if (policy.when() == RestartPolicy.Policy.NEVER) {
            return Optional.empty();
        }
        return Optional.of(new RetryStatus(
                sinceReset(),
                policy.max() == 0 ? Optional.empty() : Optional.of(policy.max()),
                policy.max() == 0 || policy.slow(),
                Endings.boxed(dueMs),
                Endings.boxed(resetMs())));
    }

    /** "restart 2 of 5", for messages. */
    public String ordinal() {
        String limit = policy.max() == 0 || beyondMax() && sinceReset > policy.max() ? "" : " of " + policy.max();
        return "restart " + sinceReset + limit;
    }

    /** "gave up after 2 restarts", for messages. */
    public String surrender() {
        return "gave up after " + sinceReset + (sinceReset == 1 ? " restart" : " restarts");
    }

    public SupervisionPolicy policy() {
        return policy;
    }
}
