package io.shipote.core.garbage;

import java.util.Optional;

/**
 * What one daemon has in a runtime directory, dead or alive.
 *
 * @param name its path below that directory: a socket, or a directory of another program
 * @param kind who made it
 * @param sidecar what it says of its daemon; empty if there is none or it cannot be read
 * @param pid the process that it is said to belong to; a number without the rest of an identity
 * @param locked whether somebody holds the lock beside it; empty if there is no lock
 */
public record Den(String name, Kind kind, Optional<Sidecar> sidecar, Optional<Integer> pid, Optional<Boolean> locked) {
    /** Who made it. */
    public enum Kind {
        /** A socket of ours with its lock and sidecar. */
        OURS,
        /** A directory with the sidecar of another program. */
        FOREIGN,
        /** What stands where a socket of ours would, and is none: nothing that a daemon makes. */
        OTHER
    }
}
