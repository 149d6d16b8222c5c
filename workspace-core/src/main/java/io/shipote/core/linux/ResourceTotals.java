package io.shipote.core.linux;

/**
 * What a process that has been waited for used in all, with those of its descendants that were waited for; see
 * getrusage(2).
 *
 * @param cpuUsec processor time in microseconds
 * @param peakBytes the most resident memory of a single one of them
 * @param readBytes read from disks
 * @param writtenBytes written to disks
 */
public record ResourceTotals(long cpuUsec, long peakBytes, long readBytes, long writtenBytes) {
    private static final long USEC = 1_000_000;
    private static final long KIB = 1024;
    private static final long BLOCK = 512;
    private static final int MAX_RSS = 4;
    private static final int IN_BLOCKS = 11;
    private static final int OUT_BLOCKS = 12;

    /** Of a struct rusage. */
    static ResourceTotals of(long[] rusage) {
        return new ResourceTotals(
                (rusage[0] + rusage[2]) * USEC + rusage[1] + rusage[3],
                rusage[MAX_RSS] * KIB,
                rusage[IN_BLOCKS] * BLOCK,
                rusage[OUT_BLOCKS] * BLOCK);
    }
}
