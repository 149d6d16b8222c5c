package io.shipote.card.wire;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/**
 * A workspace as seen by a client. Times in Unix milliseconds.
 *
 * @param leftBehind runs whose main process has ended and whose descendants were to be left alone; absent for none
 */
public record WorkspaceStatus(
        String id,
        String label,
        State state,
        long commandsAlive,
        long commandsTotal,
        long pipelinesAlive,
        long createdMs,
        long uptimeMs,
        Optional<Long> deadlineMs,
        Optional<String> cgroup,
        Optional<ResourceUsage> usage,
        Optional<Long> leftBehind) {
    /** The states of a workspace. */
    public enum State {
        RESTORING,
        ACTIVE,
        PAUSED,
        STOPPING,
        STOPPED;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
