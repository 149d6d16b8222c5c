package io.shipote.core.linux;

import java.util.Objects;

/**
 * A child that was started; it may have ended already.
 *
 * @param pidfd the caller's to close
 */
public record Spawned(int pid, PidFd pidfd, ProcessIdentity identity) {
    public Spawned {
        Objects.requireNonNull(pidfd);
        Objects.requireNonNull(identity);
    }
}
