package io.shipote.card;

import java.util.Locale;
import java.util.OptionalInt;

/** The names of Linux's signals, on all processors but Alpha, MIPS and SPARC. */
public final class Signals {
    /** The largest signal. */
    public static final int MAX = 64;

    private static final int REAL_TIME_MIN = 34;
    private static final String[] NAMES = {
        "", "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS"
    };

    private Signals() {}

    /** {@code SIGTERM} and so on; {@code SIGRTMIN+1} for real-time ones; {@code signal 32} for one without a name. */
    public static String name(int signal) {
        if (signal > 0 && signal < NAMES.length) {
            return "SIG" + NAMES[signal];
        }
        if (signal >= REAL_TIME_MIN && signal <= MAX) {
            return signal == REAL_TIME_MIN ? "SIGRTMIN" : "SIGRTMIN+" + (signal - REAL_TIME_MIN);
        }
        return "signal " + signal;
    }

    /** The number of {@code TERM}, {@code SIGTERM} or {@code 15}, in any case; empty for anything else. */
    public static OptionalInt number(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        for (int signal = 1; signal <= MAX; signal++) {
            String name = name(signal);
            if (upper.equals(name) || name.equals("SIG" + upper) || upper.equals(Integer.toString(signal))) {
                return OptionalInt.of(signal);
            }
        }
        return OptionalInt.empty();
    }
}
