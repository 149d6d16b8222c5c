package io.shipote.daemon.control;

/** A frame that is no call: it is answered with an error and the connection is closed. */
final class BadFrame extends Exception {
    BadFrame(String message) {
        super(message, null, false, false);
    }
}
