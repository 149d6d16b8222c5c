package io.shipote.daemon;

import io.shipote.core.linux.CgroupHost;
import io.shipote.core.store.StateStore;
import io.shipote.daemon.control.SocketPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Everything that is decided before the daemon is built: command line, environment and configuration in one.
 *
 * @param socket absolute
 * @param cgroupRoot the control group below which all others are made, if it is not our own
 * @param service whether a service manager has started us
 * @param opening which state to start from
 */
public record Settings(
        Directories directories,
        DaemonConfig config,
        Path socket,
        String version,
        Optional<String> cgroupRoot,
        boolean service,
        StateStore.Options opening) {
    /** Set by our units, for the daemon alone. */
    static final String CGROUP_ROOT = "SHIPOTE_CGROUP_ROOT";

    private static final String LOCALE = "LC_ALL";

    /** The locale that was there before; empty for none. */
    private static final String GIVEN_LOCALE = "SHIPOTE_LC_ALL";

    private static final String SOCKET_NAME = "control.sock";

    /** A path in the hierarchy, or of a group beside our own. */
    private static final Pattern GROUP = Pattern.compile("(\\.\\.)?(/(?!\\.)[^/]+)+");

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
        Optional<String> unit =
                Optional.ofNullable(environment.get(CGROUP_ROOT)).filter(value -> !value.isEmpty());
        if (unit.isPresent() && !GROUP.matcher(unit.get()).matches()) {
            throw new StartException(CGROUP_ROOT + " is neither an absolute path nor ../NAME: " + unit.get());
        }
        return new Settings(
                directories,
                config,
                socket,
                version,
                config.cgroupRoot().or(() -> unit),
                ServiceNotices.started(environment, ProcessHandle.current().pid()),
                options.opening());
    }

    /** Looks which control groups there are for us. */
    CgroupHost cgroups() throws IOException {
        Path proc = Path.of("/proc");
        Path tree = Path.of("/sys/fs/cgroup");
        if (config.cgroups() == DaemonConfig.Cgroups.OFF) {
            return CgroupHost.off();
        }
        return service ? CgroupHost.detectInService(proc, tree, cgroupRoot) : CgroupHost.detect(proc, tree, cgroupRoot);
    }

    /**
     * The same environment for those that we start: another daemon among them would not be in that unit, and the locale is
     * what it was before a client gave us one that Java can work with.
     */
    static Map<String, String> without(Map<String, String> environment) {
        Map<String, String> rest = new HashMap<>(environment);
        rest.remove(CGROUP_ROOT);
        String locale = rest.remove(GIVEN_LOCALE);
        if (locale != null && locale.isEmpty()) {
            rest.remove(LOCALE);
        } else if (locale != null) {
            rest.put(LOCALE, locale);
        }
        return rest;
    }

    private static int uid() throws StartException {
        try {
            return SocketPath.ownUid();
        } catch (IOException e) {
            throw new StartException("cannot tell our own user: " + e + " (is /proc mounted?)", e);
        }
    }
}
