package io.shipote.pipeline;

/**
 * Bytes per second, the newer ones counting more: what was long ago fades with a time constant of {@link #SECONDS}. It
 * needs no timer. Confined to one thread.
 */
final class Rate {
    /** The time constant. */
    static final int SECONDS = 3;

    private static final double NANOS = 1e9;

    private double perSecond;
    private long at;

    Rate(long nowNanos) {
        at = nowNanos;
    }

    void add(long bytes, long nowNanos) {
        fade(nowNanos);
        perSecond += (double) bytes / SECONDS;
    }

    long perSecond(long nowNanos) {
        fade(nowNanos);
        return Math.round(perSecond);
    }

    private void fade(long nowNanos) {
        perSecond *= Math.exp((at - nowNanos) / NANOS / SECONDS);
        at = nowNanos;
    }
}
