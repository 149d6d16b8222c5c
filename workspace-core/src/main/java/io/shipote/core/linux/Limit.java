package io.shipote.core.linux;

/**
 * What can be limited in a group. A value is decimal text: bytes, a count, a weight from 1 to 10,000 of which 100 is
 * normal, percent of one processor; for {@link #CPUSET} it is a list of processors.
 */
public enum Limit {
    MEMORY_MAX("memory"),
    MEMORY_HIGH("memory"),
    SWAP_MAX("memory"),
    PIDS_MAX("pids"),
    CPU_WEIGHT("cpu"),
    CPU_QUOTA("cpu"),
    IO_WEIGHT("io"),
    CPUSET("cpuset");

    /** The period in which a quota of processor time is counted, in microseconds: the kernel's default. */
    static final long PERIOD_USEC = 100_000;

    static final String NORMAL_WEIGHT = "100";

    private static final long PERCENT = 100;

    private final String controller;

    Limit(String controller) {
        this.controller = controller;
    }

    /** The v2 controller that enforces it. */
    String controller() {
        return controller;
    }

    /** Percent of one processor as microseconds of each {@link #PERIOD_USEC}. */
    static long quotaUsec(String percent) {
        return Long.parseLong(percent) * PERIOD_USEC / PERCENT;
    }

    /** A weight on the scale of the BFQ disk scheduler, 1 to 1,000: the same up to 100, then flatter. */
    static String bfqWeight(String weight) {
        long value = Long.parseLong(weight);
        return Long.toString(value <= 100 ? value : 100 + (value - 100) * 900 / 9_900);
    }
}
