package io.shipote.core.linux;

/** One number of a {@link Usage}. Those of pressure are as in {@code cgroups(7)} and the kernel's PSI document. */
public enum Figure {
    /** Memory in use now, in bytes: page cache included where a group counts it, else resident memory. */
    MEMORY,
    /** The most memory ever in use, in bytes. */
    MEMORY_PEAK,
    /** Processor time used so far, in microseconds. */
    CPU_USEC,
    /** Processes and threads; only processes where there is no pids controller. */
    PIDS,
    /** Processes that the kernel killed because the memory limit was reached. */
    OOM_KILLS,
    /** Forks that the kernel refused because the limit of processes was reached. */
    PIDS_REFUSED,
    /** Bytes read from disks. */
    IO_READ,
    /** Bytes written to disks. */
    IO_WRITE,
    /** Hundredths of a percent of the last ten seconds in which some task waited for a processor. */
    CPU_SOME,
    /** Microseconds of that so far. */
    CPU_SOME_USEC,
    /** Hundredths of a percent of the last ten seconds in which all tasks did. */
    CPU_FULL,
    CPU_FULL_USEC,
    MEMORY_SOME,
    MEMORY_SOME_USEC,
    MEMORY_FULL,
    MEMORY_FULL_USEC,
    IO_SOME,
    IO_SOME_USEC,
    IO_FULL,
    IO_FULL_USEC;

    private static final Figure[] ALL = values();

    /** How many there are. */
    static final int COUNT = ALL.length;

    /** The one so many places after this one. */
    Figure after(int places) {
        return ALL[ordinal() + places];
    }
}
