package io.shipote.core.linux;

/**
 * Which process this is, for ever: a bare pid is given away again, the three together are not.
 *
 * @param bootId {@code /proc/sys/kernel/random/boot_id}
 * @param pid above 0
 * @param startTicks field 22 of {@code /proc/PID/stat}: start after boot in {@link ProcStat#TICKS_PER_SECOND}
 */
public record ProcessIdentity(String bootId, int pid, long startTicks) {
    public ProcessIdentity {
        if (pid <= 0) {
            throw new IllegalArgumentException("no process: " + pid);
        }
    }
}
