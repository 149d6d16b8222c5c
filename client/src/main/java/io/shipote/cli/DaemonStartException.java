package io.shipote.cli;

import java.nio.file.Path;

/** The daemon could not be started. */
final class DaemonStartException extends RuntimeException {
    /** @param log where more is told */
    DaemonStartException(String reason, Path log, Throwable cause) {
        super("the daemon did not start: " + reason + " (more in " + log + ")", cause);
    }
}
