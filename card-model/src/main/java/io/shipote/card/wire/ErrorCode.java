package io.shipote.card.wire;

import java.util.Optional;

/**
 * Every way in which a request can fail, as it stands on the wire ({@code io.shipote.NotFound} …).
 *
 * <p>The one table from a failure to the exit status of the command line is {@link #exitStatus()}.
 */
public enum ErrorCode {
    /** The spec or a parameter's value is wrong; field {@code problems} lists all that is. */
    INVALID_SPEC("InvalidSpec", 1),
    NOT_FOUND("NotFound", 4),
    /** The target fits several objects; field {@code candidates} lists them. */
    AMBIGUOUS("Ambiguous", 5),
    ALREADY_EXISTS("AlreadyExists", 5),
    WRONG_STATE("WrongState", 5),
    /** A queue is full or the daemon is restoring or stopping: try again. */
    BUSY("Busy", 6),
    LIMIT_EXCEEDED("LimitExceeded", 6),
    DENIED("Denied", 7),
    /** A process could not be started; fields {@code path} and {@code errno}. */
    NOT_STARTED("NotStarted", 1),
    /** The payload is of a kind that this host cannot run. */
    NOT_RUNNABLE("NotRunnable", 1),
    /** {@code strict} was asked for and something could not be applied; field {@code applied}. */
    NOT_APPLIED("NotApplied", 1),
    /** The write to the state directory failed: the change did not happen. */
    NOT_STORED("NotStored", 1),
    INTERNAL("Internal", 70);

    private static final String PREFIX = "io.shipote.";

    private final String word;
    private final int exitStatus;

    ErrorCode(String word, int exitStatus) {
        this.word = word;
        this.exitStatus = exitStatus;
    }

    /** The error's full name on the wire. */
    public String wireName() {
        return PREFIX + word;
    }

    /** The exit status of the command line for this failure. */
    public int exitStatus() {
        return exitStatus;
    }

    /** The code of a wire name; empty for protocol faults ({@code org.varlink.service.*}) and unknown words. */
    public static Optional<ErrorCode> ofWireName(String name) {
        for (ErrorCode code : values()) {
            if (code.wireName().equals(name)) {
                return Optional.of(code);
            }
        }
        return Optional.empty();
    }
}
