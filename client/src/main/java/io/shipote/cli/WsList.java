package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code ws list}. */
final class WsList implements Verb {
    @Override
    public String summary() {
        return "list the workspaces";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ObjectNode reply = Replies.allPages(in, "ListWorkspaces", Invocation.parameters(), "workspaces");
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console().text(table(reply.path("workspaces"), System.currentTimeMillis()));
        }
        return 0;
    }

    static String table(JsonNode workspaces, long now) {
        Table table = new Table("ID", "LABEL", "STATE", "CMDS", "PIPES", "AGE", "TTL");
        for (JsonNode one : workspaces) {
            JsonNode deadline = one.get("deadline_ms");
            table.row(
                    Replies.text(one, "id"),
                    Replies.text(one, "label"),
                    Replies.text(one, "state"),
                    one.path("commands_alive").asText() + "/"
                            + one.path("commands_total").asText(),
                    one.path("pipelines_alive").asText(),
                    Replies.since(one, "created_ms", now),
                    deadline == null || deadline.isNull() ? null : Durations.human(deadline.asLong() - now));
        }
        return table.isEmpty() ? "(no workspaces)\n" : table.text();
    }
}
