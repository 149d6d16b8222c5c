package io.shipote.core.store;

import java.util.Optional;

/**
 * What a run used from its start until its first process ended; empty is what nobody could tell.
 *
 * @param cpuUsec processor time in microseconds
 * @param peakBytes the most resident memory: of a single process, or of all as they were sampled, whichever is more
 * @param ioReadBytes read from disks
 * @param ioWriteBytes written to disks
 */
public record RunTotals(
        Optional<Long> cpuUsec, Optional<Long> peakBytes, Optional<Long> ioReadBytes, Optional<Long> ioWriteBytes) {
    /** Nothing is known. */
    public static final RunTotals NONE =
            new RunTotals(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public boolean isEmpty() {
        return equals(NONE);
    }
}
