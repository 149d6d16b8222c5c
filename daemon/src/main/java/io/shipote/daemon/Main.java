package io.shipote.daemon;

import io.shipote.core.AdoptionError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's process. It prints one line on stdout, {@code ready SOCKET} or {@code error MESSAGE}, and logs to stderr.
 *
 * <p>Exit status: 0 after an orderly stop, 1 if it could not start, 70 after an internal error.
 */
public final class Main {
    private static final int NOT_STARTED = 1;
    private static final int INTERNAL = 70;

    private Main() {}

    /** See {@link Options#USAGE}. */
    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments)));
    }

    private static int run(List<String> arguments) {
        try {
            Options options = Options.parse(arguments);
            if (options.help() || options.version()) {
                System.out.println(options.help() ? Options.USAGE : version());
                return 0;
            }
            Settings settings = Settings.of(options, System.getenv(), home(), version());
            if (options.checkState()) {
                return check(settings);
            }
            return serve(
                    settings,
                    Inherited.of(System.getenv(), ProcessHandle.current().pid()));
        } catch (StartException e) {
            return notStarted(e);
        }
    }

    /** As shells do: the variable comes before the user database. */
    static Path home() {
        String variable = System.getenv("HOME");
        boolean usable = variable != null && variable.startsWith("/");
        return Path.of(usable ? variable : System.getProperty("user.home"));
    }

    private static int check(Settings settings) throws StartException {
        try {
            System.out.println(StateCheck.of(settings.directories().state()).line());
            return 0;
        } catch (IOException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static int serve(Settings settings, Inherited inherited) throws StartException {
        Logger log = LoggerFactory.getLogger(Main.class);
        Logs.level(settings.config().logLevel());
        ServiceNotices manager =
                ServiceNotices.of(System.getenv(), ProcessHandle.current().pid());
        try (Daemon daemon = new Daemon(settings, inherited, manager, LiveDomain::open, error -> die(log, error))) {
            StopSignals.install(daemon::stop, () -> Runtime.getRuntime().halt(0));
            daemon.start();
            System.out.println("ready " + settings.socket());
            if (inherited.handOver().isPresent()) {
                manager.replacedOrNot();
            } else {
                manager.ready();
            }
            manager.interval().ifPresent(interval -> daemon.repeat(interval, manager::alive));
            daemon.tidy();
            daemon.awaitStop();
            manager.stopping();
            return 0;
        } catch (IOException e) {
            log.error("the stop was not clean", e);
            return INTERNAL;
        } catch (InterruptedException e) {
            // Nobody interrupts the main thread; if somebody does, it means: end.
            Thread.currentThread().interrupt();
            return INTERNAL;
        }
    }

    /**
     * After an {@link Error} on the loop nothing in memory can be relied on, and nothing needs to be: what was
     * acknowledged is on disk, and the next daemon adopts what runs.
     */
    private static void die(Logger log, Error error) {
        try {
            log.error("the daemon cannot go on", error);
            if (error instanceof AdoptionError) {
                // Whoever has started us waits for this, unless it was told "ready".
                System.out.println(StateCheck.ERROR + error.getMessage());
            }
        } finally {
            Runtime.getRuntime().halt(INTERNAL);
        }
    }

    private static int notStarted(StartException e) {
        LoggerFactory.getLogger(Main.class).debug("not started", e);
        String message = String.valueOf(e.getMessage());
        System.out.println(StateCheck.ERROR + message.replaceAll("[\\r\\n]+", " "));
        return NOT_STARTED;
    }

    static String version() {
        String version = Main.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
