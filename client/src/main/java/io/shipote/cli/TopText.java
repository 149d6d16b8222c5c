package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/** What is used now, as people read it. */
final class TopText {
    private static final int TENTHS = 10;

    private TopText() {}

    /** Workspaces, and below them commands and stages, each with what uses most first. */
    static String tables(JsonNode reply) {
        JsonNode workspaces = reply.path("workspaces");
        JsonNode runs = reply.path("runs");
        Map<String, String> labels = new HashMap<>();
        Table above = new Table("WORKSPACE", "STATE", "CMDS", "PIPES", "CPU", "MEMORY", "PROCS");
        for (JsonNode one : workspaces) {
            labels.put(one.path("id").asText(), one.path("label").asText());
            JsonNode usage = one.path("usage");
            above.row(
                    Replies.text(one, "label"),
                    Replies.text(one, "state"),
                    Replies.text(one, "commands_alive"),
                    Replies.text(one, "pipelines_alive"),
                    cpu(usage),
                    memory(usage),
                    Replies.text(usage, "pids"));
        }
        Table below = new Table("COMMAND", "WORKSPACE", "PID", "CPU", "MEMORY", "ID");
        for (JsonNode one : runs) {
            String workspace = one.path("workspace").asText();
            below.row(
                    Replies.text(one, "label"),
                    labels.getOrDefault(workspace, workspace),
                    Replies.text(one, "pid"),
                    cpu(one.path("usage")),
                    memory(one.path("usage")),
                    Replies.text(one, "command"));
        }
        return runs.isEmpty() && workspaces.isEmpty()
                ? "(nothing runs)\n"
                : above.text() + "\n" + below.text() + rest(reply);
    }

    private static String rest(JsonNode reply) {
        long hidden = reply.path("runs_alive").asLong() - reply.path("runs").size();
        return hidden > 0 ? "(and " + hidden + " more)\n" : "";
    }

    /** The share of processors, 100% being one; null if it is not known. */
    static String cpu(JsonNode usage) {
        JsonNode percent = usage.path("cpu_percent");
        if (!percent.isNumber()) {
            return null;
        }
        long tenths = Math.round(percent.asDouble() * TENTHS);
        return tenths / TENTHS + "." + tenths % TENTHS + "%";
    }

    /** The memory; null if it is not known. */
    static String memory(JsonNode usage) {
        JsonNode bytes = usage.path("memory_bytes");
        return bytes.isNumber() ? Sizes.human(bytes.asLong()) : null;
    }
}
