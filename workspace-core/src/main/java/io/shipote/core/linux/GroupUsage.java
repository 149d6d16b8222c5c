package io.shipote.core.linux;

import java.util.OptionalLong;

/**
 * What a group uses; empty for what its hierarchy does not count.
 *
 * @param memoryBytes now, page cache included
 * @param memoryPeakBytes since the group was made
 * @param cpuUsec processor time since the group was made, in microseconds
 * @param pids processes and threads; only processes where there is no pids controller
 * @param oomKills processes killed for lack of memory, 0 when not counted
 */
public record GroupUsage(
        OptionalLong memoryBytes,
        OptionalLong memoryPeakBytes,
        OptionalLong cpuUsec,
        OptionalLong pids,
        long oomKills) {
    public static final GroupUsage NONE =
            new GroupUsage(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty(), 0);
}
