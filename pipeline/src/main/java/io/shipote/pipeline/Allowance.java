package io.shipote.pipeline;

import io.shipote.core.Loop;
import java.time.Duration;

/** How many bytes may pass now: so many per second, with up to one second's worth saved up. */
final class Allowance {
    private static final long PIECE_BYTES = 4_096;
    private static final double NANOS = 1e9;

    private final Loop loop;
    private final long perSecond;
    private double saved;
    private long at;

    /** @param perSecond bytes; 0 = no limit */
    Allowance(Loop loop, long perSecond) {
        this.loop = loop;
        this.perSecond = perSecond;
        this.saved = perSecond;
        this.at = loop.nanoTime();
    }

    /** Whether there is a limit. */
    boolean limited() {
        return perSecond > 0;
    }

    /** Nothing, or a piece worth a system call, of {@code max} at most. */
    long allowed(long max) {
        if (perSecond == 0) {
            return max;
        }
        long now = loop.nanoTime();
        saved = Math.min(perSecond, saved + (now - at) / NANOS * perSecond);
        at = now;
        return saved < piece() ? 0 : Math.min(max, (long) saved);
    }

    /** When a piece may pass again, if there is a limit. */
    Duration rest() {
        return Duration.ofNanos((long) Math.ceil(Math.max(0, piece() - saved) / perSecond * NANOS));
    }

    private long piece() {
        return Math.min(PIECE_BYTES, perSecond);
    }

    void used(long bytes) {
        saved -= bytes;
    }
}
