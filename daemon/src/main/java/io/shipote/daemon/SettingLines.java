package io.shipote.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The configuration that is in effect, as lines that {@code config.toml} could hold. */
public final class SettingLines {
    private final List<String> lines = new ArrayList<>();

    private SettingLines() {}

    /** Keys of tables are dotted; what was left to the defaults is there too. */
    public static List<String> of(DaemonConfig config) {
        SettingLines all = new SettingLines();
        all.put(
                "allow_uids",
                config.allowUids().stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]")));
        all.word("cgroups", config.cgroups());
        all.word("on_stop", config.onStop());
        all.put("sample_interval_ms", config.sampleInterval().toMillis());
        all.word("log_level", config.logLevel());
        all.put("max_connections", config.maxConnections());
        all.put("retention.dead_commands_per_workspace", config.retention().deadPerWorkspace());
        all.amount("retention.max_age", Amount.TIME, config.retention().maxAge().toMillis());
        all.put("retention.runs_per_command", config.retention().runsPerCommand());
        all.amount(
                "retention.log_bytes_per_command",
                Amount.SIZE,
                config.retention().logBytesPerCommand());
        all.amount(
                "retention.log_bytes_per_workspace",
                Amount.SIZE,
                config.retention().logBytesPerWorkspace());
        all.amount("disk.low", Amount.SIZE, config.disk().low());
        all.amount("disk.critical", Amount.SIZE, config.disk().critical());
        all.amount("audit.file_bytes", Amount.SIZE, config.audit().fileBytes());
        all.put("audit.files", config.audit().files());
        return List.copyOf(all.lines);
    }

    private void put(String key, Object value) {
        lines.add(key + " = " + value);
    }

    private void word(String key, Enum<?> word) {
        put(key, '"' + word.name().toLowerCase(Locale.ROOT) + '"');
    }

    private void amount(String key, Amount unit, long amount) {
        put(key, '"' + unit.text(amount) + '"');
    }
}
