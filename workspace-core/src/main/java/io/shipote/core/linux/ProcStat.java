package io.shipote.core.linux;

import java.util.Optional;

/**
 * One line of {@code /proc/PID/stat}; see {@code proc_pid_stat(5)}. Times are in {@link #TICKS_PER_SECOND}.
 *
 * @param comm the name, at most 15 bytes, may hold blanks and brackets
 * @param state {@code R S D Z T t X I}
 * @param startTicks after boot
 * @param exitCode the raw wait status, meaningful for a zombie only; 0 too when we may not read it
 */
public record ProcStat(
        int pid,
        String comm,
        char state,
        int ppid,
        int pgrp,
        int session,
        long utime,
        long stime,
        long startTicks,
        int exitCode) {
    /** Fixed by the kernel's interface, whatever its own clock does. */
    public static final long TICKS_PER_SECOND = 100;

    /** Fields behind the name; the state, field 3, has index 0. */
    private static final int EXIT_CODE = 52 - 3;

    private static final int START_TIME = 22 - 3;

    /** Dead, and not waited for yet (or just being removed). */
    public boolean zombie() {
        return state == 'Z' || state == 'X' || state == 'x';
    }

    /** Whether this is the same process, and not a later one of its number. */
    boolean sameAs(ProcStat other) {
        return other != null && pid == other.pid && startTicks == other.startTicks;
    }

    /** By SIGSTOP or another stop signal, until SIGCONT. */
    public boolean stopped() {
        return state == 'T';
    }

    /** Empty when the text is cut off, as a read during the end of the process can leave it. */
    static Optional<ProcStat> parse(String line) {
        int open = line.indexOf('(');
        // A name may hold ") (": only the last bracket ends it.
        int close = line.lastIndexOf(')');
        if (open < 1 || close < open || close + 2 >= line.length()) {
            return Optional.empty();
        }
        String[] rest = line.substring(close + 2).trim().split(" ");
        if (rest.length <= START_TIME) {
            return Optional.empty();
        }
        int exit = rest.length > EXIT_CODE ? Integer.parseInt(rest[EXIT_CODE]) : 0;
        return Optional.of(new ProcStat(
                Integer.parseInt(line.substring(0, open).trim()),
                line.substring(open + 1, close),
                rest[0].charAt(0),
                Integer.parseInt(rest[1]),
                Integer.parseInt(rest[2]),
                Integer.parseInt(rest[3]),
                Long.parseLong(rest[11]),
                Long.parseLong(rest[12]),
                Long.parseLong(rest[START_TIME]),
                exit));
    }
}
