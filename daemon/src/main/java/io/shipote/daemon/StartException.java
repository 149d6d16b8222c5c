package io.shipote.daemon;

/** The daemon cannot start. The message says why and what to do, in one line, for the user. */
public final class StartException extends Exception {
    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
