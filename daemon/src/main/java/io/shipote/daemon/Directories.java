package io.shipote.daemon;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Where the daemon keeps its things.
 *
 * @param state what outlives the daemon
 * @param runtime what does not outlive the host: the socket
 * @param config where {@code config.toml} is looked for
 */
public record Directories(Path state, Path runtime, Path config) {
    private static final String NAME = "shipote";

    /**
     * Each directory is the first that is set of: flag, systemd's variable, XDG variable; else a fixed one, which for
     * root is the system's and for others the user's. Makes and reads nothing.
     */
    public static Directories of(Options options, Map<String, String> environment, int uid, Path home) {
        boolean root = uid == 0;
        Places places = new Places(environment);
        return new Directories(
                options.stateDirectory()
                        .map(Path::toAbsolutePath)
                        .orElseGet(() -> places.find(
                                "STATE_DIRECTORY",
                                "XDG_STATE_HOME",
                                root
                                        ? Path.of("/var/lib", NAME)
                                        : home.resolve(".local/state").resolve(NAME))),
                options.runtimeDirectory()
                        .map(Path::toAbsolutePath)
                        .orElseGet(() -> places.find(
                                "RUNTIME_DIRECTORY",
                                "XDG_RUNTIME_DIR",
                                root ? Path.of("/run", NAME) : Path.of("/tmp", NAME + "-" + uid))),
                places.find(
                        "CONFIGURATION_DIRECTORY",
                        "XDG_CONFIG_HOME",
                        root ? Path.of("/etc", NAME) : home.resolve(".config").resolve(NAME)));
    }

    private record Places(Map<String, String> environment) {
        Path find(String systemd, String xdg, Path otherwise) {
            // systemd lists several directories of one unit with colons; the first is the unit's main one.
            return absolute(systemd, ":")
                    .or(() -> absolute(xdg, null).map(base -> base.resolve(NAME)))
                    .orElse(otherwise);
        }

        /** The variable's path; a relative one is invalid (XDG base directory specification) and as good as unset. */
        private Optional<Path> absolute(String variable, String separator) {
            String value = environment.getOrDefault(variable, "");
            String first = separator == null ? value : value.split(separator, 2)[0];
            return first.startsWith("/") ? Optional.of(Path.of(first)) : Optional.empty();
        }
    }
}
