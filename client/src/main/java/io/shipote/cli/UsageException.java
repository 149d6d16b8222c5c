package io.shipote.cli;

/** A command line that makes no sense; exit status 2. */
final class UsageException extends RuntimeException {
    UsageException(String message) {
        super(message);
    }
}
