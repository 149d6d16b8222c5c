package io.shipote.core;

import io.shipote.core.linux.Figure;
import io.shipote.core.linux.Usage;

/**
 * One sample, or what many became when they were rolled up, in {@link #WIDTH} numbers: how rows lie in memory and in the
 * history file. A figure that is not known is {@link Usage#UNKNOWN}, an unknown percentage NaN. Confined to one thread.
 */
public final class StatsRow {
    /** Numbers in a row. */
    public static final int WIDTH = 12;

    static final int AT = 0;
    private static final int CPU_USEC = 1;
    private static final int MEMORY = 2;
    private static final int MEMORY_MAX = 3;
    private static final int PEAK = 4;
    private static final int IO_READ = 5;
    private static final int IO_WRITE = 6;
    private static final int PERCENTS = 7;
    private static final int PIDS_ALIVE = 8;
    private static final int TOTAL_SOURCE = 9;
    private static final int PRESSURES = 10;
    private static final int IO_PRESSURE_OOM = 11;

    /** The pressures of a row, in their order. */
    private static final Figure[] SHARES = {
        Figure.CPU_SOME, Figure.CPU_FULL, Figure.MEMORY_SOME, Figure.MEMORY_FULL, Figure.IO_SOME, Figure.IO_FULL
    };

    private static final int IN_ONE = 4;
    private static final int SHARE_BITS = 16;
    private static final long SHARE_MASK = 0xFFFF;
    private static final Usage.Source[] SOURCES = Usage.Source.values();

    final long[] numbers;

    StatsRow() {
        this(new long[WIDTH]);
    }

    StatsRow(long[] numbers) {
        this.numbers = numbers;
    }

    /** Sets all of it. */
    void set(long atMs, Usage usage, float percent, long alive, long total) {
        numbers[AT] = atMs;
        numbers[CPU_USEC] = usage.get(Figure.CPU_USEC);
        numbers[MEMORY] = usage.get(Figure.MEMORY);
        numbers[MEMORY_MAX] = usage.get(Figure.MEMORY);
        numbers[PEAK] = usage.get(Figure.MEMORY_PEAK);
        numbers[IO_READ] = usage.get(Figure.IO_READ);
        numbers[IO_WRITE] = usage.get(Figure.IO_WRITE);
        numbers[PERCENTS] = pair(Float.floatToRawIntBits(percent), Float.floatToRawIntBits(percent));
        numbers[PIDS_ALIVE] = pair((int) usage.get(Figure.PIDS), (int) alive);
        numbers[TOTAL_SOURCE] = pair((int) total, usage.source().ordinal());
        numbers[PRESSURES] = 0;
        for (int i = 0; i < IN_ONE; i++) {
            numbers[PRESSURES] |= share(usage.get(SHARES[i])) << i * SHARE_BITS;
        }
        long io = share(usage.get(Figure.IO_SOME)) | share(usage.get(Figure.IO_FULL)) << SHARE_BITS;
        numbers[IO_PRESSURE_OOM] = pair((int) usage.get(Figure.OOM_KILLS), (int) io);
    }

    private static long share(long hundredths) {
        return hundredths == Usage.UNKNOWN ? SHARE_MASK : Math.min(SHARE_MASK - 1, hundredths);
    }

    private static long pair(int high, int low) {
        return (long) high << Integer.SIZE | low & 0xFFFFFFFFL;
    }

    private int high(int column) {
        return (int) (numbers[column] >> Integer.SIZE);
    }

    private int low(int column) {
        return (int) numbers[column];
    }

    /** What a roll-up knows better than the newest sample. */
    void rolled(float mean, float max, long memoryMax) {
        numbers[PERCENTS] = pair(Float.floatToRawIntBits(mean), Float.floatToRawIntBits(max));
        numbers[MEMORY_MAX] = memoryMax;
    }

    /** Raises the pressures to those of another row. */
    void raisePressure(StatsRow other) {
        long first = 0;
        for (int i = 0; i < IN_ONE; i++) {
            first |= share(Math.max(pressure(i), other.pressure(i))) << i * SHARE_BITS;
        }
        numbers[PRESSURES] = first;
        long io = share(Math.max(pressure(IN_ONE), other.pressure(IN_ONE)))
                | share(Math.max(pressure(IN_ONE + 1), other.pressure(IN_ONE + 1))) << SHARE_BITS;
        numbers[IO_PRESSURE_OOM] = pair(high(IO_PRESSURE_OOM), (int) io);
    }

    void take(StatsRow other) {
        System.arraycopy(other.numbers, 0, numbers, 0, WIDTH);
    }

    /** A copy that stays as it is. */
    StatsRow copy() {
        return new StatsRow(numbers.clone());
    }

    private long pressure(int index) {
        long word = index < IN_ONE ? numbers[PRESSURES] : low(IO_PRESSURE_OOM);
        long share = word >>> index % IN_ONE * SHARE_BITS & SHARE_MASK;
        return share == SHARE_MASK ? Usage.UNKNOWN : share;
    }

    /** When it was taken, or the last one in it, in Unix milliseconds; never before that of the row before. */
    public long atMs() {
        return numbers[AT];
    }

    /** Processor time in microseconds so far, at its end. */
    public long cpuUsec() {
        return numbers[CPU_USEC];
    }

    /** The mean share of a processor over its time, 100 being one processor. */
    public float cpuPercent() {
        return Float.intBitsToFloat(high(PERCENTS));
    }

    /** The highest share of a sample in it. */
    public float cpuPercentMax() {
        return Float.intBitsToFloat(low(PERCENTS));
    }

    /** Bytes at its end. */
    public long memoryBytes() {
        return numbers[MEMORY];
    }

    /** The most bytes of a sample in it. */
    public long memoryMaxBytes() {
        return numbers[MEMORY_MAX];
    }

    /** The most bytes ever, as told at its end. */
    public long memoryPeakBytes() {
        return numbers[PEAK];
    }

    /** Bytes read so far, at its end. */
    public long ioReadBytes() {
        return numbers[IO_READ];
    }

    public long ioWriteBytes() {
        return numbers[IO_WRITE];
    }

    public long pids() {
        return high(PIDS_ALIVE);
    }

    /** Commands that were alive. */
    public long alive() {
        return low(PIDS_ALIVE);
    }

    /** Commands that were known. */
    public long total() {
        return high(TOTAL_SOURCE);
    }

    public long oomKills() {
        return high(IO_PRESSURE_OOM);
    }

    public Usage.Source source() {
        int source = low(TOTAL_SOURCE);
        return source >= 0 && source < SOURCES.length ? SOURCES[source] : Usage.Source.NONE;
    }

    /** The highest share of time seen in it in which tasks waited, in hundredths of a percent. */
    public long pressure(Figure share) {
        for (int i = 0; i < SHARES.length; i++) {
            if (SHARES[i] == share) {
                return pressure(i);
            }
        }
        throw new IllegalArgumentException(share + " is no pressure");
    }
}
