package io.shipote.core;

import io.shipote.core.store.RunRecord;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

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

    /** Whether it was somebody's wish that it ends. */
    public boolean asked() {
        return this == USER || this == DAEMON;
    }

    /** Who is said to have ended a run, or to be ending it, by such a wish; empty for all others. */
    public static Optional<EndedBy> asked(RunRecord record) {
        return Stream.of(values())
                .filter(EndedBy::asked)
                .filter(by -> record.endedBy().equals(Optional.of(by.word())))
                .findFirst();
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
