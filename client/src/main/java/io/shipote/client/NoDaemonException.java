package io.shipote.client;

import java.nio.file.Path;

/** No daemon answers on the socket. */
public final class NoDaemonException extends ConnectionException {
    private final transient Path socket;

    public NoDaemonException(Path socket, Throwable cause) {
        super("no daemon answers on " + socket + " (start one with: shipote daemon start)", false, cause);
        this.socket = socket;
    }

    /** The socket that was tried. */
    public Path socket() {
        return socket;
    }
}
