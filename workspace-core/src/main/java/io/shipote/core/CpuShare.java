package io.shipote.core;

import io.shipote.core.linux.Usage;

/** Turns processor time so far into the share since the reading before. Confined to the loop thread. */
final class CpuShare {
    private static final double PERCENT_NANOS_PER_USEC = 100_000;

    private long lastUsec = Usage.UNKNOWN;
    private long lastNanos;

    /** Nothing was read for a while: the next share would be a mean over that. */
    void gap() {
        lastUsec = Usage.UNKNOWN;
    }

    /** 100 is one processor. NaN when it cannot be told: the first time, or when the account began anew. */
    float next(long usec, long nanoTime) {
        boolean known = lastUsec != Usage.UNKNOWN && usec >= lastUsec && nanoTime > lastNanos;
        float share = known ? (float) ((usec - lastUsec) * PERCENT_NANOS_PER_USEC / (nanoTime - lastNanos)) : Float.NaN;
        lastUsec = usec;
        lastNanos = nanoTime;
        return share;
    }
}
