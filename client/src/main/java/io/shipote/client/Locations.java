package io.shipote.client;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * Where the daemon's socket and directories are: the first that is set of an explicit path, systemd's variable and the
 * XDG variable; else a place that depends on the user. Asks the system only for what the answer needs.
 */
public final class Locations {
    /** Bytes in the path of a unix socket, at most; the kernel has room for one more, the NUL. */
    public static final int SOCKET_PATH_MAX = 107;

    private static final String NAME = "shipote";

    /** How the directories begin that anybody could have made before us. */
    private static final String OPEN = "/tmp/" + NAME + "-";

    private final Map<String, String> environment;
    private final IntSupplier uid;

    /** @param uid the user's number, asked for at most once per directory */
    public Locations(Map<String, String> environment, IntSupplier uid) {
        this.environment = environment;
        this.uid = uid;
    }

    /** Those of this process. */
    public static Locations ofProcess() {
        return new Locations(System.getenv(), new ProcessUser());
    }

    /**
     * {@code $SHIPOTE_SOCKET}, else what {@code config.toml} says, else {@code control.sock} in the
     * {@link #runtimeDirectory}; as the daemon decides it.
     *
     * @throws ShipoteException if the configuration cannot be read, or the path does not fit a unix socket
     */
    public Path socket() {
        String given = environment.get("SHIPOTE_SOCKET");
        if (given != null && !given.isEmpty()) {
            return requireFits(Path.of(given).toAbsolutePath());
        }
        Path configured = ConfiguredSocket.of(configDirectory().resolve("config.toml"));
        return requireFits(configured == null ? runtimeDirectory().resolve("control.sock") : configured.normalize());
    }

    /** Sockets and locks; gone after a boot. */
    public Path runtimeDirectory() {
        Path named = named("RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR");
        if (named != null) {
            return named;
        }
        int user = uid.getAsInt();
        return Path.of(user == 0 ? "/run/" + NAME : OPEN + user);
    }

    /** What must survive a boot. */
    public Path stateDirectory() {
        return orOfUser(named("STATE_DIRECTORY", "XDG_STATE_HOME"), "/var/lib/", ".local/state");
    }

    /** Where {@code config.toml} is. */
    public Path configDirectory() {
        return orOfUser(named("CONFIGURATION_DIRECTORY", "XDG_CONFIG_HOME"), "/etc/", ".config");
    }

    /** Where the daemon's own log is: the state directory unless systemd names another. */
    public Path logsDirectory() {
        Path named = named("LOGS_DIRECTORY", null);
        return named == null ? stateDirectory() : named;
    }

    /**
     * The path itself.
     *
     * @throws ShipoteException {@link ErrorCode#LIMIT_EXCEEDED} if it is too long for a unix socket
     */
    public static Path requireFits(Path socket) {
        int bytes = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > SOCKET_PATH_MAX) {
            throw new ShipoteException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "the socket's path has " + bytes + " bytes, more than " + SOCKET_PATH_MAX + ": " + socket
                            + " (choose a shorter one with --socket or $SHIPOTE_SOCKET)");
        }
        return socket;
    }

    /**
     * The path itself, before something is sent there: where anybody may have made our directory, it must be ours.
     *
     * @throws ShipoteException {@link ErrorCode#DENIED} if somebody else could have made the socket
     * @throws NoDaemonException if the directory is not there
     */
    public Path requireOurs(Path socket) {
        Path directory = socket.getParent();
        if (directory != null && directory.toString().startsWith(OPEN) && directory.equals(runtimeDirectory())) {
            try {
                OwnDirectory.require(directory, uid.getAsInt());
            } catch (NoSuchFileException e) {
                throw new NoDaemonException(socket, e);
            } catch (IOException e) {
                throw new UncheckedIOException("asking whose directory " + directory + " is", e);
            }
        }
        return socket;
    }

    private Path named(String systemd, String xdg) {
        String given = environment.get(systemd);
        if (given != null && !given.isEmpty()) {
            // systemd separates several directories by colons; the first is ours.
            int colon = given.indexOf(':');
            return Path.of(colon < 0 ? given : given.substring(0, colon));
        }
        String base = xdg == null ? null : environment.get(xdg);
        // The XDG rules: a relative path is to be ignored.
        return base != null && base.startsWith("/") ? Path.of(base, NAME) : null;
    }

    private Path orOfUser(Path named, String ofRoot, String ofOthers) {
        if (named != null) {
            return named;
        }
        if (uid.getAsInt() == 0) {
            return Path.of(ofRoot + NAME);
        }
        String home = environment.get("HOME");
        return Path.of(home == null || home.isEmpty() ? System.getProperty("user.home") : home, ofOthers, NAME);
    }

    /** The number of the user that this process runs as. */
    private static final class ProcessUser implements IntSupplier {
        @Override
        public int getAsInt() {
            try {
                return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            } catch (IOException e) {
                throw new UncheckedIOException("asking for the user's number in /proc", e);
            }
        }
    }
}
