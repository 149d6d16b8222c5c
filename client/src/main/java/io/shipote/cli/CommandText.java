package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.StringJoiner;

/** Commands as people read them. */
final class CommandText {
    private CommandText() {}

    static String table(JsonNode commands, long now) {
        Table table = new Table("ID", "NAME", "STATE", "PID", "STATUS", "ENDED BY", "RESTARTS", "AGE", "COMMAND");
        for (JsonNode one : commands) {
            table.row(
                    Replies.text(one, "id"),
                    shownName(one),
                    Replies.text(one, "state"),
                    Replies.text(one, "pid"),
                    Replies.text(one, "status"),
                    Replies.text(one, "ended_by"),
                    one.path("restarts").asText(),
                    Replies.since(one, "started_ms", now),
                    Facts.joined(one.path("argv"), " "));
        }
        return table.isEmpty() ? "(no commands)\n" : table.text();
    }

    static String facts(JsonNode command, JsonNode spec, long now) {
        JsonNode next = command.path("next_try_ms");
        return new Facts()
                .put("id", Replies.text(command, "id"))
                .put("name", Replies.text(command, "name"))
                .put("label", Replies.text(command, "label"))
                .put("state", Replies.text(command, "state"))
                .put("why", Replies.text(command, "why"))
                .put("workspace", Replies.text(command, "workspace"))
                .put("pipeline", Replies.text(command, "pipeline"))
                .put("run", Replies.text(command, "run"))
                .put("pid", Replies.text(command, "pid"))
                .put("status", Replies.text(command, "status"))
                .put("ended by", Replies.text(command, "ended_by"))
                .put("restart", command.path("restart").asText("never").replace('_', '-'))
                .put("restarts", Replies.text(command, "restarts"))
                .put("retries", RetryText.of(command, now))
                .put("next try", next.isNumber() ? "in " + Durations.human(next.asLong() - now) : null)
                .put("started", ago(Replies.since(command, "started_ms", now)))
                .put("ended", ago(Replies.since(command, "ended_ms", now)))
                .put("command", Facts.joined(command.path("argv"), " "))
                .put("directory", Replies.text(command, "directory"))
                .put("environment", variables(spec))
                .put("env file", Replies.text(spec.path("shipote"), "env_file"))
                .put("logs", Sizes.human(command.path("log_bytes").asLong()))
                .put("cpu", TopText.cpu(command.path("usage")))
                .put("cpu time", cpuTime(command.path("usage")))
                .put("memory", StatsText.size(command.at("/usage/memory_bytes")))
                .put("peak memory", StatsText.size(command.at("/usage/memory_peak_bytes")))
                .put("processes", Replies.text(command.path("usage"), "pids"))
                .put("disk read", StatsText.size(command.at("/usage/io_read_bytes")))
                .put("disk written", StatsText.size(command.at("/usage/io_write_bytes")))
                .put("figures from", Replies.text(command.path("usage"), "source"))
                .text();
    }

    /** Those that it has beside the daemon's, as in {@code A=1 B=<hidden>}; null if there are none. */
    private static String variables(JsonNode spec) {
        StringJoiner out = new StringJoiner(" ");
        for (JsonNode payload : spec.path("payload")) {
            payload.path("envp")
                    .forEach(one ->
                            out.add(one.path(0).asText() + "=" + one.path(1).asText()));
        }
        return out.length() == 0 ? null : out.toString();
    }

    /** The runs that are kept, newest first. */
    static String runs(JsonNode runs, long now) {
        Table table = new Table("RUN", "STARTED", "ENDED", "STATUS", "BY", "LOGS");
        for (JsonNode one : runs) {
            table.row(
                    Replies.text(one, "run"),
                    ago(Replies.since(one, "started_ms", now)),
                    ago(Replies.since(one, "ended_ms", now)),
                    Replies.text(one, "status"),
                    Replies.text(one, "ended_by"),
                    Sizes.human(one.path("log_bytes").asLong()));
        }
        return table.text();
    }

    /** What each uses, or used in all if it has ended. */
    static String stats(JsonNode commands) {
        Table table =
                new Table("ID", "NAME", "STATE", "CPU", "CPU TIME", "MEMORY", "PEAK", "READ", "WRITTEN", "SOURCE");
        for (JsonNode one : commands) {
            table.row(
                    Replies.text(one, "id"),
                    shownName(one),
                    Replies.text(one, "state"),
                    TopText.cpu(one.path("usage")),
                    cpuTime(one.path("usage")),
                    StatsText.size(one.at("/usage/memory_bytes")),
                    StatsText.size(one.at("/usage/memory_peak_bytes")),
                    StatsText.size(one.at("/usage/io_read_bytes")),
                    StatsText.size(one.at("/usage/io_write_bytes")),
                    Replies.text(one.path("usage"), "source"));
        }
        return table.isEmpty() ? "(no commands)\n" : table.text();
    }

    private static String cpuTime(JsonNode usage) {
        JsonNode used = usage.path("cpu_usec");
        return used.isNumber() ? Durations.human(used.asLong() / 1_000) : null;
    }

    static String ago(String age) {
        return age == null ? null : age + " ago";
    }

    private static String shownName(JsonNode command) {
        String name = Replies.text(command, "name");
        return name == null ? Replies.text(command, "label") : name;
    }
}
