package io.shipote.card.wire;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** The states of commands and pipelines. */
public enum JobState {
    STARTING,
    RUNNING,
    STOPPING,
    /** Ended, and waiting for its next try. */
    BACKOFF,
    PAUSED,
    /** Ended by the user, a TTL or a limit, or never started. */
    STOPPED,
    /** Ended by itself, well. */
    EXITED,
    /** Ended by itself, badly, and not tried again. */
    FAILED,
    /** Gone, and the kernel could not tell how. */
    UNKNOWN;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether processes may exist or a restart is due. */
    public boolean live() {
        return this == STARTING || this == RUNNING || this == STOPPING || this == BACKOFF || this == PAUSED;
    }
}
