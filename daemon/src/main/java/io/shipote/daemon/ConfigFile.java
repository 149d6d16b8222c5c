package io.shipote.daemon;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import io.shipote.core.DiskWatch;
import io.shipote.core.Retention;
import io.shipote.core.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code config.toml}; every complaint names file, line and column, both counted from 1. */
final class ConfigFile {
    private static final long MAX_BYTES = 1 << 20;
    private static final long MIN_SAMPLE_MS = 100;
    private static final long MAX_SAMPLE_MS = 3_600_000;
    private static final long MAX_CONNECTIONS = 10_000;
    private static final long MIN_AUDIT_BYTES = 16L << 10;
    private static final long MAX_AUDIT_BYTES = 1L << 30;
    private static final long MAX_AUDIT_GENERATIONS = 100;

    private static final long MAX_AGE_MS = Duration.ofDays(3_650).toMillis();
    private static final long MAX_RUNS = 1_000;
    private static final long MIN_LOG_BYTES = 64L << 10;
    private static final long MAX_LOG_BYTES = 1L << 50;

    private static final List<String> TOP = List.of(
            "socket",
            "allow_uids",
            "cgroup_root",
            "cgroups",
            "on_stop",
            "sample_interval_ms",
            "log_level",
            "max_connections",
            "audit",
            "retention",
            "disk");
    private static final List<String> AUDIT = List.of("file_bytes", "files");
    private static final List<String> RETENTION = List.of(
            "dead_commands_per_workspace",
            "max_age",
            "runs_per_command",
            "log_bytes_per_command",
            "log_bytes_per_workspace");
    private static final List<String> DISK = List.of("low", "critical");
    private static final Map<String, List<String>> TABLES =
            Map.of("audit", AUDIT, "retention", RETENTION, "disk", DISK);

    private ConfigFile() {}

    /** All keys, those of tables with a dot. */
    static Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        for (String key : TOP) {
            List<String> table = TABLES.get(key);
            if (table == null) {
                keys.add(key);
            } else {
                table.forEach(inner -> keys.add(key + "." + inner));
            }
        }
        return keys;
    }

    /** The file's configuration; the defaults if there is no file, unless it was asked for by name. */
    static DaemonConfig read(Path file, boolean required) throws StartException {
        if (!required && !Files.exists(file)) {
            return DaemonConfig.defaults();
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new StartException(file + ": more than " + MAX_BYTES + " bytes: this is no configuration");
            }
            return parse(file, Files.readString(file));
        } catch (IOException e) {
            throw new StartException("cannot read the configuration " + file + ": " + e, e);
        }
    }

    static DaemonConfig parse(Path file, String text) throws StartException {
        try {
            return config(ConfigTable.top(file, text, new TomlMapper().readTree(text)));
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String place = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
            throw new StartException(file + place + ": " + firstLine(e.getOriginalMessage()), e);
        }
    }

    private static DaemonConfig config(ConfigTable top) throws StartException {
        top.only(TOP);
        DaemonConfig other = DaemonConfig.defaults();
        return new DaemonConfig(
                top.absolutePath("socket").map(Path::of),
                top.uids("allow_uids"),
                top.absolutePath("cgroup_root"),
                top.word("cgroups", DaemonConfig.Cgroups.values(), other.cgroups()),
                top.word("on_stop", DaemonConfig.OnStop.values(), other.onStop()),
                Duration.ofMillis(top.number(
                        "sample_interval_ms",
                        MIN_SAMPLE_MS,
                        MAX_SAMPLE_MS,
                        other.sampleInterval().toMillis())),
                top.word("log_level", DaemonConfig.LogLevel.values(), other.logLevel()),
                (int) top.number("max_connections", 1, MAX_CONNECTIONS, other.maxConnections()),
                audit(top.table("audit"), other.audit()),
                retention(top.table("retention"), other.retention()),
                disk(top.table("disk"), other.disk()));
    }

    private static DaemonConfig.Audit audit(ConfigTable table, DaemonConfig.Audit other) throws StartException {
        table.only(AUDIT);
        return new DaemonConfig.Audit(
                table.amount("file_bytes", Amount.SIZE, MIN_AUDIT_BYTES, MAX_AUDIT_BYTES, other.fileBytes()),
                (int) table.number("files", 1, MAX_AUDIT_GENERATIONS, other.files()));
    }

    private static Retention retention(ConfigTable table, Retention other) throws StartException {
        table.only(RETENTION);
        return new Retention(
                (int) table.number("dead_commands_per_workspace", 0, Workspace.MAX_JOBS, other.deadPerWorkspace()),
                Duration.ofMillis(table.amount(
                        "max_age", Amount.TIME, 0, MAX_AGE_MS, other.maxAge().toMillis())),
                (int) table.number("runs_per_command", 1, MAX_RUNS, other.runsPerCommand()),
                logBytes(table, "log_bytes_per_command", other.logBytesPerCommand()),
                logBytes(table, "log_bytes_per_workspace", other.logBytesPerWorkspace()));
    }

    private static long logBytes(ConfigTable table, String key, long otherwise) throws StartException {
        return table.amount(key, Amount.SIZE, MIN_LOG_BYTES, MAX_LOG_BYTES, otherwise);
    }

    private static DiskWatch.Marks disk(ConfigTable table, DiskWatch.Marks other) throws StartException {
        table.only(DISK);
        if (table.empty()) {
            return other;
        }
        long low = table.amount("low", Amount.SIZE, 0, MAX_LOG_BYTES, other.low());
        long critical = table.amount("critical", Amount.SIZE, 0, MAX_LOG_BYTES, Math.min(low, other.critical()));
        if (critical > low) {
            throw table.bad("critical", "disk.critical must not be above disk.low, which is " + Amount.SIZE.text(low));
        }
        return new DiskWatch.Marks(low, critical, false);
    }

    private static String firstLine(String message) {
        return message == null ? "not TOML" : message.lines().findFirst().orElse("not TOML");
    }
}
