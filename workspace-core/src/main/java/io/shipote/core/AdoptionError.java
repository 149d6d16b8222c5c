package io.shipote.core;

/**
 * What still runs cannot be taken over, for a reason that is this daemon's and not theirs: to go on would be to take it for
 * gone, and to start it a second time. Thrown on the loop, it ends the daemon; what runs goes on.
 */
public final class AdoptionError extends Error {
    private static final long serialVersionUID = 1L;

    private AdoptionError(Exception cause) {
        super(
                "what runs cannot be adopted, as the limit of open files is too low (raise it and start again:"
                        + " ulimit -n, or LimitNOFILE= of a unit; all of it runs on)",
                cause);
    }

    /** Throws one if this is for want of descriptors. */
    public static void throwIfNoDescriptor(Exception e) {
        if (LaunchFailure.noDescriptor(e)) {
            throw new AdoptionError(e);
        }
    }
}
