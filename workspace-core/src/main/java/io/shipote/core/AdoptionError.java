package io.shipote.core;

/**
 * What still runs cannot be taken over, for a reason that is this daemon's and not theirs: to go on would be to take it for
 * gone, and to start it a second time. Thrown on the loop, it ends the daemon; what runs goes on.
 */
public final class AdoptionError extends Error {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong and what to do */
    AdoptionError(String message, Exception cause) {
        super(message, cause);
    }
}
