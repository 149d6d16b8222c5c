package io.shipote.core;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Says of which runs the kernel's counts of kills for want of memory tell, so that one kill is not told of two runs
 * that share a group. Confined to the launcher's thread.
 */
final class OomLedger {
    /** What has been told of, per group: the counter as if nothing else had been counted. */
    private final Map<Path, Long> told = new HashMap<>();

    /**
     * A run of this group died by a SIGKILL that nobody here sent.
     *
     * @param before the counter when the run began
     * @param now the counter after its end
     * @return whether a kill was counted meanwhile that no other run has been told of
     */
    boolean claim(Path group, long before, long now) {
        long counted = Math.max(before, told.getOrDefault(group, 0L));
        if (now <= counted) {
            return false;
        }
        told.put(group, counted + 1);
        return true;
    }

    /** The group is no more. */
    void forget(Path group) {
        told.remove(group);
    }
}
