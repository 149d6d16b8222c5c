package io.shipote.core;

import io.shipote.core.linux.Usage;

/**
 * Samples rolled up over spans of equal length, the newest so many. The processor's share of a span is its mean over the
 * time that samples cover, and the highest; memory is the last and the highest; counters are those at the end; pressure
 * is the highest. A span without samples has no row. Confined to the loop thread.
 */
final class StatsTier {
    private final long spanMs;
    private final Rows rows;
    private final StatsRow open = new StatsRow();
    private final StatsRow before = new StatsRow();
    private long openSpan = Usage.UNKNOWN;
    private double percentMillis;
    private long millis;
    private float percentMax;
    private long memoryMax;

    StatsTier(long spanMs, int capacity) {
        this.spanMs = spanMs;
        this.rows = new Rows(StatsRow.WIDTH, capacity);
    }

    long spanMs() {
        return spanMs;
    }

    /** The rows of spans that are over. */
    Rows rows() {
        return rows;
    }

    /**
     * Adds a sample.
     *
     * @param coversMs the time since the sample before, for which its share of the processor holds
     * @return whether that ended a span, whose row is now the newest
     */
    boolean add(StatsRow sample, long coversMs) {
        long span = sample.atMs() / spanMs;
        boolean ended = openSpan != Usage.UNKNOWN && span != openSpan;
        if (ended) {
            rows.add(open().numbers);
        }
        if (span != openSpan) {
            begin(span);
            open.take(sample);
        } else {
            before.take(open);
            open.take(sample);
            open.raisePressure(before);
        }
        if (!Float.isNaN(sample.cpuPercent())) {
            percentMillis += (double) sample.cpuPercent() * coversMs;
            millis += coversMs;
            percentMax = Float.isNaN(percentMax) ? sample.cpuPercent() : Math.max(percentMax, sample.cpuPercent());
        }
        memoryMax = Math.max(memoryMax, sample.memoryBytes());
        return ended;
    }

    private void begin(long span) {
        openSpan = span;
        percentMillis = 0;
        millis = 0;
        percentMax = Float.NaN;
        memoryMax = Usage.UNKNOWN;
    }

    void clear() {
        rows.clear();
        openSpan = Usage.UNKNOWN;
    }

    /** Whether there are samples of a span that is not over. */
    boolean isOpen() {
        return openSpan != Usage.UNKNOWN;
    }

    /** The row of the span that is not over. */
    StatsRow open() {
        open.rolled(millis == 0 ? Float.NaN : (float) (percentMillis / millis), percentMax, memoryMax);
        return open;
    }
}
