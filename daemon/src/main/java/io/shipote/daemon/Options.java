package io.shipote.daemon;

import io.shipote.core.store.StateStore;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What stands on the daemon's command line. */
public record Options(
        Optional<Path> socket,
        Optional<Path> stateDirectory,
        Optional<Path> runtimeDirectory,
        Optional<Path> config,
        StateStore.Options opening,
        boolean checkState,
        boolean version,
        boolean help) {
    /** Reads and serves nothing. */
    static final String CHECK_STATE = "--check-state";

    /** The answer to {@code --help}. */
    public static final String USAGE = """
            usage: io.shipote.daemon.Main [--socket PATH] [--state-dir DIR] [--runtime-dir DIR] [--config FILE]
                   [--recover] [--generation N] [--check-state]
              --socket PATH      listen here ($SHIPOTE_SOCKET, else RUNTIME_DIR/control.sock)
              --state-dir DIR    keep the state here ($STATE_DIRECTORY, $XDG_STATE_HOME/shipote, ...)
              --runtime-dir DIR  keep the socket here ($RUNTIME_DIRECTORY, $XDG_RUNTIME_DIR/shipote, ...)
              --config FILE      read this file instead of CONFIG_DIR/config.toml
              --recover          start from the newest good generation if state.json cannot be read
              --generation N     start from generation N (1 the newest), keeping the state aside
              --check-state      only tell whether this version can read the configuration and the state, of a daemon that
                                 runs as well; prints: ok UNREADABLE-ENTRIES, or: error MESSAGE
              --version          print the version
              --help             print this""";

    /** @throws StartException naming the argument that is wrong */
    public static Options parse(List<String> arguments) throws StartException {
        Path socket = null;
        Path state = null;
        Path runtime = null;
        Path config = null;
        boolean recover = false;
        OptionalInt generation = OptionalInt.empty();
        boolean checkState = false;
        boolean version = false;
        boolean help = false;
        for (Iterator<String> left = arguments.iterator(); left.hasNext(); ) {
            String argument = left.next();
            switch (argument) {
                case "--socket" -> socket = path(argument, left);
                case "--state-dir" -> state = path(argument, left);
                case "--runtime-dir" -> runtime = path(argument, left);
                case "--config" -> config = path(argument, left);
                case "--recover" -> recover = true;
                case "--generation" -> generation = OptionalInt.of(generation(left));
                case CHECK_STATE -> checkState = true;
                case "--version" -> version = true;
                case "--help" -> help = true;
                default -> throw new StartException("unknown argument " + argument + " (see --help)");
            }
        }
        return new Options(
                Optional.ofNullable(socket),
                Optional.ofNullable(state),
                Optional.ofNullable(runtime),
                Optional.ofNullable(config),
                new StateStore.Options(recover, generation),
                checkState,
                version,
                help);
    }

    private static int generation(Iterator<String> left) throws StartException {
        String value = left.hasNext() ? left.next() : "";
        int oldest = StateStore.Options.OLDEST_GENERATION;
        if (!value.matches("\\d") || Integer.parseInt(value) < 1 || Integer.parseInt(value) > oldest) {
            throw new StartException("--generation needs a number from 1 to " + oldest + " (see --help)");
        }
        return Integer.parseInt(value);
    }

    private static Path path(String argument, Iterator<String> left) throws StartException {
        String value = left.hasNext() ? left.next() : "";
        if (value.isEmpty()) {
            throw new StartException(argument + " needs a path (see --help)");
        }
        try {
            return Path.of(value);
        } catch (InvalidPathException e) {
            throw new StartException(argument + ": " + e.getMessage(), e);
        }
    }
}
