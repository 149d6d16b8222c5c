package io.shipote.daemon;

import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.NotifySocket;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service manager that has started us, if there is one that wants to hear how we are; see {@code sd_notify(3)} and
 * {@code sd_watchdog_enabled(3)}. Immutable and thread-safe; never waits. A message that does not arrive is logged: what it
 * means is for the manager to decide.
 */
final class ServiceNotices {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceNotices.class);
    private static final String SOCKET = "NOTIFY_SOCKET";
    private static final String WATCHDOG = "WATCHDOG_USEC";
    private static final String WATCHDOG_PID = "WATCHDOG_PID";
    private static final String EXEC_PID = "SYSTEMD_EXEC_PID";
    private static final long NANOS_PER_MICRO = 1_000;

    /** What a new program may take until its loop goes round and says so. */
    static final Duration REPLACEMENT = Duration.ofSeconds(60);

    private final Optional<NotifySocket> socket;
    private final Optional<Duration> watchdog;

    private ServiceNotices(Optional<NotifySocket> socket, Optional<Duration> watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
    }

    /**
     * As the environment says.
     *
     * @param pid our own
     * @throws StartException if a variable is there and makes no sense: to start without would mean to be killed later
     */
    static ServiceNotices of(Map<String, String> environment, long pid) throws StartException {
        String name = environment.getOrDefault(SOCKET, "");
        if (name.isEmpty()) {
            return new ServiceNotices(Optional.empty(), Optional.empty());
        }
        try {
            return new ServiceNotices(Optional.of(NotifySocket.of(name)), watchdog(environment, pid));
        } catch (NumberFormatException e) {
            throw new StartException(WATCHDOG + " is no number: " + environment.get(WATCHDOG), e);
        } catch (IllegalArgumentException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static Optional<Duration> watchdog(Map<String, String> environment, long pid) {
        String micros = environment.getOrDefault(WATCHDOG, "");
        String meant = environment.getOrDefault(WATCHDOG_PID, "");
        if (micros.isEmpty() || !meant.isEmpty() && !meant.equals(Long.toString(pid))) {
            return Optional.empty();
        }
        return Optional.of(Duration.of(Long.parseLong(micros), ChronoUnit.MICROS))
                .filter(limit -> !limit.isZero() && !limit.isNegative());
    }

    /** Whether a service manager has started this process, and not one above it; older ones show by their socket alone. */
    static boolean started(Map<String, String> environment, long pid) {
        String meant = environment.getOrDefault(EXEC_PID, "");
        return meant.isEmpty() ? environment.containsKey(SOCKET) : meant.equals(Long.toString(pid));
    }

    /** The same environment for those that we start: the manager does not mean them. */
    static Map<String, String> without(Map<String, String> environment) {
        Map<String, String> rest = new HashMap<>(environment);
        rest.keySet().removeAll(java.util.Set.of(SOCKET, WATCHDOG, WATCHDOG_PID, EXEC_PID));
        return rest;
    }

    /** How often it wants to hear from us: half of what it waits for. Empty if it does not. */
    Optional<Duration> interval() {
        return watchdog.map(limit -> limit.dividedBy(2));
    }

    /** Clients can connect now. */
    void ready() {
        send("READY=1");
    }

    /** An orderly stop has begun. */
    void stopping() {
        send("STOPPING=1");
    }

    /**
     * Another program is about to take this one's place, in the same process, and will say when it is ready. Until then
     * nobody can tell that a loop goes round, so the watchdog is given the time of a start; {@code EXTEND_TIMEOUT_USEC} is
     * about starts and stops and would not do.
     */
    void replaced() {
        // On Linux it is CLOCK_MONOTONIC, as the manager wants it.
        long now = System.nanoTime() / NANOS_PER_MICRO;
        send("RELOADING=1\nMONOTONIC_USEC=" + now + watchdog(REPLACEMENT).orElse(""));
    }

    /** It has taken the place, or nothing came of it. */
    void replacedOrNot() {
        send("READY=1" + watchdog(Duration.ZERO).orElse(""));
    }

    /** A sign of life, and what is waited for from now on: what it was, or more. */
    private Optional<String> watchdog(Duration least) {
        return watchdog.map(limit -> limit.compareTo(least) > 0 ? limit : least)
                .map(limit -> "\nWATCHDOG=1\nWATCHDOG_USEC=" + limit.toNanos() / NANOS_PER_MICRO);
    }

    /** The loop goes round. */
    void alive() {
        send("WATCHDOG=1");
    }

    private void send(String message) {
        try {
            if (socket.isPresent()) {
                socket.get().send(message);
            }
        } catch (ErrnoException e) {
            LOG.warn("{} did not reach the service manager: {}", message.replace('\n', ' '), e.getMessage());
        }
    }
}
