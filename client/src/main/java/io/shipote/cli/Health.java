package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code health}: how the daemon is. */
final class Health implements Verb {
    @Override
    public String summary() {
        return "show how the daemon is";
    }

    @Override
    public String arguments() {
        return "";
    }

    static String text(ObjectNode reply) {
        return new Facts()
                .put("version", Replies.text(reply, "version"))
                .put("pid", Replies.text(reply, "pid"))
                .put("uptime", Durations.human(reply.path("uptime_ms").asLong()))
                .put("state", Replies.text(reply, "state"))
                .put("workspaces", Replies.text(reply, "workspaces"))
                .put("commands alive", Replies.text(reply, "commands_alive"))
                .put("pipelines alive", Replies.text(reply, "pipelines_alive"))
                .put("unwritten changes", reply.path("dirty").asBoolean() ? "yes, in the journal" : "none")
                .put("quarantined", Replies.text(reply, "quarantined"))
                .put("degraded", degraded(reply))
                .put("disk free", free(reply))
                .put("state directory", Replies.text(reply, "state_directory"))
                .put("socket", Replies.text(reply, "socket"))
                .text();
    }

    private static String degraded(ObjectNode reply) {
        return reply.hasNonNull("degraded") ? Facts.joined(reply.path("degraded"), "; ") : null;
    }

    private static String free(ObjectNode reply) {
        return reply.hasNonNull("disk_free_bytes")
                ? Sizes.human(reply.path("disk_free_bytes").asLong())
                : null;
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ObjectNode reply = in.call("Health", Invocation.parameters());
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console().text(text(reply));
        }
        return 0;
    }
}
