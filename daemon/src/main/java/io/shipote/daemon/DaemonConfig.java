package io.shipote.daemon;

import io.shipote.core.DiskWatch;
import io.shipote.core.Retention;
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
 * @param cgroups whether control groups are used at all
 * @param onStop what an orderly stop does to commands and pipelines
 * @param sampleInterval time between two samples of a workspace's use, 100 ms to 1 h
 * @param logLevel what is logged
 * @param maxConnections open connections, 1 to 10,000
 * @param audit how much of the audit log is kept
 * @param retention how much is kept of what has ended
 * @param disk from where on the disk of the state directory counts as low
 */
public record DaemonConfig(
        Optional<Path> socket,
        Set<Integer> allowUids,
        Optional<String> cgroupRoot,
        Cgroups cgroups,
        OnStop onStop,
        Duration sampleInterval,
        LogLevel logLevel,
        int maxConnections,
        Audit audit,
        Retention retention,
        DiskWatch.Marks disk) {
    /** Time between two samples, unless said otherwise. */
    public static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(1);

    /** The use of control groups. */
    public enum Cgroups {
        /** As far as this host lets us. */
        AUTO,
        /** Not at all: no limits, and trees of processes are found by session, descent and environment. */
        OFF
    }

    /**
     * How much of the audit log is kept.
     *
     * @param fileBytes how large one file may become
     * @param files how many there may be, the one that is written included
     */
    public record Audit(long fileBytes, int files) {
        /** Four files of 8 MiB. */
        public static final Audit DEFAULTS = new Audit(8L << 20, 4);
    }

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
                Cgroups.AUTO,
                OnStop.LEAVE,
                SAMPLE_INTERVAL,
                LogLevel.INFO,
                Limits.MAX_CONNECTIONS,
                Audit.DEFAULTS,
                Retention.DEFAULTS,
                DiskWatch.Marks.DEFAULTS);
    }
}
