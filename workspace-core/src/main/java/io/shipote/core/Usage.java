package io.shipote.core;

import java.util.OptionalLong;

/**
 * What a group of processes uses at one moment.
 *
 * @param memoryBytes memory in use; empty if it cannot be read
 * @param memoryPeakBytes highest use so far
 * @param cpuUsec processor time in microseconds since the group was made; falls when a process ends and the source is
 *     /proc
 * @param pids processes alive
 * @param oomKills processes that the kernel killed because the group's memory was used up
 * @param source {@code cgroup}, {@code proc} or {@code none}
 */
public record Usage(
        OptionalLong memoryBytes,
        OptionalLong memoryPeakBytes,
        OptionalLong cpuUsec,
        OptionalLong pids,
        long oomKills,
        String source) {
    /** Nothing can be read. */
    public static final Usage NONE = new Usage(
            OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), 0, "none");
}
