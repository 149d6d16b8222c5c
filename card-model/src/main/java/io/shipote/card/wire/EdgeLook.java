package io.shipote.card.wire;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Which bytes of edges are looked at to tell what they are. */
public enum EdgeLook {
    /** The first that passed, where the daemon passes them on; of direct edges those that wait in the pipe. */
    FIRST,
    /** Those that wait in the pipes now; the first, where none do. */
    WAITING;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
