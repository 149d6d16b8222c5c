package io.shipote.core;

import io.shipote.core.linux.Usage;

/**
 * Wall-clock stamps that never go back. When the clock was set back they go on at half the pace of time until it has
 * caught up. Confined to the loop thread.
 */
final class Stamps {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int SLOWER = 2;

    private long lastMs = Usage.UNKNOWN;
    private long lastNanos;
    private boolean begun;

    /** The newest stamp of an earlier daemon. */
    void from(long stampMs) {
        lastMs = Math.max(lastMs, stampMs);
    }

    /** How far the clock is behind the newest stamp, in milliseconds. */
    long behindMs(long wallMs) {
        return lastMs == Usage.UNKNOWN ? 0 : Math.max(0, lastMs - wallMs);
    }

    /** Forgets what was: the next stamp is the clock's. */
    void reset() {
        lastMs = Usage.UNKNOWN;
    }

    long next(long wallMs, long nanoTime) {
        long elapsed = begun ? Math.max(0, nanoTime - lastNanos) / NANOS_PER_MILLI : 0;
        if (lastMs == Usage.UNKNOWN || wallMs > lastMs) {
            lastMs = Math.max(0, wallMs);
        } else {
            lastMs += Math.max(1, elapsed / SLOWER);
        }
        lastNanos = nanoTime;
        begun = true;
        return lastMs;
    }
}
