package io.shipote.core;

import java.time.Duration;

/**
 * How much is kept of what has ended, and of what was written to logs. What is alive, declared or adopted is never
 * thrown away.
 *
 * @param deadPerWorkspace commands and pipelines that have ended and that nothing declares; the oldest go first
 * @param maxAge how long such a one is kept after its end; zero is without limit
 * @param runsPerCommand runs of one command whose record and logs are kept, the newest included
 * @param logBytesPerCommand bytes of the logs of one command, all its kept runs together
 * @param logBytesPerWorkspace bytes of the logs of one workspace
 */
public record Retention(
        int deadPerWorkspace, Duration maxAge, int runsPerCommand, long logBytesPerCommand, long logBytesPerWorkspace) {
    /** What holds unless the configuration says otherwise. */
    public static final Retention DEFAULTS = new Retention(200, Duration.ofDays(30), 3, 128L << 20, 1L << 30);

    /** What is left of the bounds of logs while the disk runs low. */
    private static final int LOW_SHARE = 4;

    /** The same with the bounds of logs that hold while the disk runs low: a quarter. */
    public Retention scarce() {
        return new Retention(
                deadPerWorkspace,
                maxAge,
                runsPerCommand,
                logBytesPerCommand / LOW_SHARE,
                logBytesPerWorkspace / LOW_SHARE);
    }

    /** Whether what ended at this Unix millisecond is kept no longer. */
    boolean outlived(long endedMs, long nowMs) {
        return !maxAge.isZero() && nowMs - endedMs > maxAge.toMillis();
    }
}
