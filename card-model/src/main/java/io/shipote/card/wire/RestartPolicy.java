package io.shipote.card.wire;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/** When and how a command that has ended is started again. Milliseconds; defaults: 0, 30 000, 0 (no limit), restart. */
public record RestartPolicy(
        Policy policy,
        Optional<Long> backoffMs,
        Optional<Long> maxBackoffMs,
        Optional<Long> max,
        Optional<OnUnknown> onUnknown) {
    public static final RestartPolicy NEVER = of(Policy.NEVER);

    /** The policy with all defaults. */
    public static RestartPolicy of(Policy policy) {
        return new RestartPolicy(policy, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** When to start again. */
    public enum Policy {
        NEVER,
        ON_FAILURE,
        ALWAYS;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What an exit that the kernel could not tell counts as. */
    public enum OnUnknown {
        RESTART,
        HOLD;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
