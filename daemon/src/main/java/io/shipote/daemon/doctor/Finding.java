package io.shipote.daemon.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/**
 * One thing that was looked at.
 *
 * @param check what was asked
 * @param found what is so
 * @param advice what to do; empty if it is well
 * @param fixed whether it was so, and has been put right
 */
public record Finding(String check, Verdict verdict, String found, Optional<String> advice, boolean fixed) {
    /** How it is. */
    public enum Verdict {
        OK,
        /** It works, with less than there could be. */
        WARNING,
        /** Something will not work. */
        PROBLEM;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String check, String found) {
        return new Finding(check, Verdict.OK, found, Optional.empty(), false);
    }

    static Finding fixed(String check, String found) {
        return new Finding(check, Verdict.OK, found, Optional.empty(), true);
    }

    static Finding warning(String check, String found, String advice) {
        return new Finding(check, Verdict.WARNING, found, Optional.of(advice), false);
    }

    /** Something will not work. */
    public static Finding problem(String check, String found, String advice) {
        return new Finding(check, Verdict.PROBLEM, found, Optional.of(advice), false);
    }
}
