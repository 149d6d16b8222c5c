package io.shipote.core;

/**
 * How long to wait before the next try: exponential, with a cap and jitter. A pure value.
 *
 * @param initialMs delay before the first restart in milliseconds; 0 = at once, and then as if it were 50 ms
 * @param maxMs the cap in milliseconds, before jitter
 */
public record Backoff(long initialMs, long maxMs) {
    /** The default cap. */
    public static final long DEFAULT_MAX_MS = 30_000;

    private static final long STEP_AFTER_ZERO_MS = 50;
    private static final double JITTER = 0.1;

    public Backoff {
        if (initialMs < 0 || maxMs < 0) {
            throw new IllegalArgumentException("a delay is never negative: " + initialMs + ", " + maxMs);
        }
    }

    /** The delay before jitter, when so many restarts have been made since the last reset. */
    public long baseDelayMs(long restarts) {
        long first = initialMs;
        long doublings = restarts;
        if (initialMs == 0) {
            if (restarts == 0) {
                return 0;
            }
            first = STEP_AFTER_ZERO_MS;
            doublings = restarts - 1;
        }
        long delay = Math.min(first, maxMs);
        for (long i = 0; i < doublings && delay < maxMs; i++) {
            delay = delay > maxMs / 2 ? maxMs : delay * 2;
        }
        return delay;
    }

    /**
     * The delay with jitter of ±10 %.
     *
     * @param unit where in the range, 0 (shortest) to 1 (longest)
     */
    public long delayMs(long restarts, double unit) {
        return jittered(baseDelayMs(restarts), unit);
    }

    /** The cap with jitter: the delay of those who never give up. */
    public long slowestMs(double unit) {
        return jittered(maxMs, unit);
    }

    private static long jittered(long base, double unit) {
        return Math.round(base * (1 - JITTER + 2 * JITTER * unit));
    }
}
