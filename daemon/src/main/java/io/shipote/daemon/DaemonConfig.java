package io.shipote.daemon;

import io.shipote.daemon.control.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code config.toml} may say. Every key is optional.
 *
 * @param socket where to listen, unless the command line or the environment says
 * @param allowUids users that may connect besides our own and root
 * @param cgroupRoot the control group below which all others are made
 * @param onStop what an orderly stop does to commands and pipelines
 * @param sampleInterval time between two samples of a workspace's use, 100 ms to 1 h
 * @param logLevel what is logged
 * @param maxConnections open connections, 1 to 10,000
 */
public record DaemonConfig(
        Optional<Path> socket,
        Set<Integer> allowUids,
        Optional<String> cgroupRoot,
        OnStop onStop,
        Duration sampleInterval,
        LogLevel logLevel,
        int maxConnections) {
    /** Time between two samples, unless said otherwise. */
    public static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(1);

    /** What an orderly stop does to commands and pipelines. */
    public enum OnStop {
        /** They run on, and the next daemon adopts them. */
        LEAVE,
        /** They are ended first. */
        STOP
    }

    /** The least that an event must matter to be logged. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    /** What holds where the file is silent. */
    public static DaemonConfig defaults() {
        return new DaemonConfig(
                Optional.empty(),
                Set.of(),
                Optional.empty(),
                OnStop.LEAVE,
                SAMPLE_INTERVAL,
                LogLevel.INFO,
                Limits.MAX_CONNECTIONS);
    }
}
