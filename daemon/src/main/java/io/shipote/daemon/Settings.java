package io.shipote.daemon;

import io.shipote.core.store.StateStore;
import io.shipote.daemon.control.SocketPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that is decided before the daemon is built: command line, environment and configuration in one.
 *
 * @param socket absolute
 * @param opening which state to start from
 */
public record Settings(
        Directories directories, DaemonConfig config, Path socket, String version, StateStore.Options opening) {
    private static final String SOCKET_NAME = "control.sock";

    /** Reads the configuration; makes nothing. */
    static Settings of(Options options, Map<String, String> environment, Path home, String version)
            throws StartException {
        Directories directories = Directories.of(options, environment, uid(), home);
        DaemonConfig config = ConfigFile.read(
                options.config().orElse(directories.config().resolve("config.toml")),
                options.config().isPresent());
        Path socket = options.socket()
                .or(() -> Optional.ofNullable(environment.get("SHIPOTE_SOCKET"))
                        .filter(value -> !value.isEmpty())
                        .map(Path::of))
                .or(config::socket)
                .orElse(directories.runtime().resolve(SOCKET_NAME))
                .toAbsolutePath()
                .normalize();
        return new Settings(directories, config, socket, version, options.opening());
    }

    private static int uid() throws StartException {
        try {
            return SocketPath.ownUid();
        } catch (IOException e) {
            throw new StartException("cannot tell our own user: " + e + " (is /proc mounted?)", e);
        }
    }
}
