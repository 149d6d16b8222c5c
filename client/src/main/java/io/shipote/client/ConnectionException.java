package io.shipote.client;

/** A connection to the daemon that cannot be used, or was lost: no answer was received. */
public class ConnectionException extends RuntimeException {
    private final boolean sent;

    /** @param sent whether the call had been sent whole, so that it may have been carried out */
    public ConnectionException(String message, boolean sent, Throwable cause) {
        super(message, cause);
        this.sent = sent;
    }

    /** Whether the call had been sent whole: then it is not known whether it was carried out. */
    public boolean sent() {
        return sent;
    }
}
