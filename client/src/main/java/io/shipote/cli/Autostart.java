package io.shipote.cli;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.Connection;
import io.shipote.client.Locations;
import io.shipote.client.NoDaemonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/** Connects to the daemon, and starts it first if none answers. Of several starters at once, one starts it. */
final class Autostart {
    private static final String READY = "ready ";
    private static final String ERROR = "error ";

    private final Path socket;
    private final Locations locations;
    private final Launcher launcher;

    Autostart(Path socket, Locations locations, Launcher launcher) {
        this.socket = socket;
        this.locations = locations;
        this.launcher = launcher;
    }

    /** Starts the daemon's process. */
    interface Launcher {
        /** Returns the line that the daemon prints when it is ready, or cannot become so; null if it printed none. */
        String launch();

        /** Where the daemon's messages are. */
        Path log();
    }

    /** @throws DaemonStartException if it does not start */
    Connection connect() {
        try {
            return Connection.open(locations.requireOurs(socket));
        } catch (NoDaemonException e) {
            return locked(this::whileLocked);
        }
    }

    /**
     * Starts a daemon that must be the only one, since how it starts matters.
     *
     * @throws ShipoteException WRONG_STATE if one runs already
     * @throws DaemonStartException if it does not start
     */
    Connection connectToNew() {
        return locked(this::onlyNew);
    }

    /** @throws ShipoteException WRONG_STATE if one runs */
    void requireNone() {
        try {
            Connection.open(socket).close();
        } catch (NoDaemonException e) {
            return;
        }
        throw new ShipoteException(
                ErrorCode.WRONG_STATE, "a daemon runs on " + socket + " (stop it first: shipote daemon stop)");
    }

    private Connection onlyNew() {
        requireNone();
        String line = launcher.launch();
        if (line == null || !line.startsWith(READY)) {
            throw new DaemonStartException(reason(line), launcher.log(), null);
        }
        return Connection.open(socket);
    }

    private Connection locked(Supplier<Connection> start) {
        Path directory = PrivateDirectory.require(locations.runtimeDirectory());
        try (FileChannel file = FileChannel.open(
                        directory.resolve("start.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = file.lock()) {
            return lock.isValid() ? start.get() : null;
        } catch (IOException e) {
            throw new UncheckedIOException("locking start.lock in " + directory, e);
        }
    }

    private Connection whileLocked() {
        try {
            // Another starter may have been first.
            return Connection.open(socket);
        } catch (NoDaemonException e) {
            return launch();
        }
    }

    private Connection launch() {
        String line = launcher.launch();
        if (line != null && line.startsWith(READY)) {
            return Connection.open(socket);
        }
        try {
            // A daemon that refuses because one runs already means that there is one now.
            return Connection.open(socket);
        } catch (NoDaemonException e) {
            throw new DaemonStartException(reason(line), launcher.log(), e);
        }
    }

    private static String reason(String line) {
        if (line == null) {
            return "it ended before it was ready";
        }
        return line.startsWith(ERROR) ? line.substring(ERROR.length()) : "it said: " + Table.printable(line);
    }
}
