package io.shipote.core.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where the use of something can be read; a {@link Meter} does the reading. */
public sealed interface UsageSource {
    /** Nowhere. */
    UsageSource NONE = new Groups(List.of());

    /** What the kernel counts for a group: its directory in each hierarchy. */
    record Groups(List<Path> directories) implements UsageSource {
        public Groups {
            directories = List.copyOf(directories);
        }
    }

    /**
     * What one run uses.
     *
     * @param runId the value of {@code SHIPOTE_RUN} in its environment
     * @param leaf the group of its own; without one its processes are looked for in {@code /proc}
     * @param leader its first process
     */
    record Tree(String runId, Optional<Path> leaf, Optional<ProcessIdentity> leader) implements UsageSource {}
}
