package io.shipote.card.wire;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/** What became of one thing that a spec asks for. {@code why} is there unless it was applied in full. */
public record Applied(String item, Outcome outcome, Optional<String> why) {
    /** In force; asked for but not (wholly) in force; kept but never enforced by this daemon. */
    public enum Outcome {
        APPLIED,
        DEGRADED,
        ADVISORY;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Applied applied(String item) {
        return new Applied(item, Outcome.APPLIED, Optional.empty());
    }

    public static Applied degraded(String item, String why) {
        return new Applied(item, Outcome.DEGRADED, Optional.of(why));
    }

    public static Applied advisory(String item, String why) {
        return new Applied(item, Outcome.ADVISORY, Optional.of(why));
    }
}
