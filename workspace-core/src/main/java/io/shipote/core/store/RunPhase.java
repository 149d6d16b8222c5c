package io.shipote.core.store;

import io.shipote.card.Word;
import java.util.Locale;

/** How far a run has come. */
public enum RunPhase implements Word {
    /** Written before its process is made: after a crash there may be one or not. */
    LAUNCHING,
    /** Its process is known. */
    RUNNING,
    /** Its process has ended, or its launch has failed. */
    ENDED;

    @Override
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
