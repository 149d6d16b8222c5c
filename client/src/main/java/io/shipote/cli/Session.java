package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.Connection;
import io.shipote.client.Locations;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The daemon that a verb talks to: where it is, whether it may be started, and the connection once it is made. */
final class Session implements AutoCloseable {
    static final String INTERFACE = "io.shipote.";

    private final Locations locations;
    private final String givenSocket;
    private final boolean mayStart;
    private Connection connection;

    /** @param givenSocket the path given by the user; null for the usual one */
    Session(Locations locations, String givenSocket, boolean mayStart) {
        this.locations = locations;
        this.givenSocket = givenSocket;
        this.mayStart = mayStart;
    }

    Locations locations() {
        return locations;
    }

    Path socket() {
        return givenSocket == null
                ? locations.socket()
                : Locations.requireFits(Path.of(givenSocket).toAbsolutePath());
    }

    /** The connection to a daemon that runs, or is started now if that is allowed. */
    Connection connection() {
        if (connection == null) {
            Path socket = socket();
            connection = mayStart ? autostart(socket).connect() : Connection.open(locations.requireOurs(socket));
        }
        return connection;
    }

    /** The connection to a daemon that runs; none is started. */
    Connection existing() {
        if (connection == null) {
            connection = Connection.open(locations.requireOurs(socket()));
        }
        return connection;
    }

    /**
     * Replies that keep coming, until the connection is closed. If the daemon is replaced and has to break them off, the call
     * is made again and the gap told.
     *
     * @param parameters of the call, as they are each time that it is made
     */
    void follow(String method, ObjectNode parameters, Consumer<ObjectNode> each, Consumer<String> gap) {
        while (true) {
            try {
                connection().stream(INTERFACE + method, parameters, each);
                return;
            } catch (ShipoteException e) {
                if (!Replies.isBrokenOff(e)) {
                    throw e;
                }
                gap.accept("the daemon was replaced: what happened meanwhile is missing here");
            }
        }
    }

    /** Another connection to the same daemon, for a stream or another thread. */
    Connection another() {
        connection();
        return Connection.open(socket());
    }

    /** What starts a daemon on the socket. */
    Autostart autostart(Path socket) {
        return autostart(socket, List.of());
    }

    /** The same with options for the daemon. */
    Autostart autostart(Path socket, List<String> options) {
        return new Autostart(socket, locations, new DaemonLauncher(socket, locations, options));
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.close();
        }
    }
}
