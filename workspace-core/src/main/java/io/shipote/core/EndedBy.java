package io.shipote.core;

import java.util.Locale;

/** Who ended a run. */
public enum EndedBy {
    ITSELF,
    USER,
    TTL,
    QUOTA,
    /** Another stage of its pipeline. */
    DEPENDENCY,
    /** {@code daemon stop --all}. */
    DAEMON;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
