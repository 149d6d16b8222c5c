package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code ws quota}: limits of a workspace, what happens at them, and what went over. */
final class WsQuota implements Verb {
    @Override
    public String summary() {
        return "show the limits of a workspace";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public int run(Invocation in) {
        ObjectNode reply = in.call("WorkspaceQuota", Invocation.parameters().put("target", in.only("TARGET")));
        if (in.json()) {
            in.printJson(reply);
            return 0;
        }
        in.console().text(text(reply, System.currentTimeMillis()));
        return 0;
    }

    static String text(ObjectNode reply, long now) {
        JsonNode memory = reply.path("mem_limit");
        Facts facts = new Facts()
                .put("memory limit", memory.isNumber() ? Sizes.human(memory.asLong()) : "none")
                .put("in use", StatsText.size(reply.path("mem_used")))
                .put("when over", Replies.text(reply, "mem_enforce"))
                .put("kept by", Replies.text(reply, "mem_by"))
                .put("process limit", Replies.or(reply, "nproc_limit", "none"))
                .put("in use", Replies.text(reply, "nproc_used"))
                .put("when over", Replies.text(reply, "nproc_enforce"))
                .put("kept by", Replies.text(reply, "nproc_by"));
        ObjectNode others =
                reply.path("limits").isObject() ? reply.path("limits").deepCopy() : Invocation.parameters();
        others.remove("mem_bytes");
        others.remove("nproc");
        LimitFlags.tell(facts, others);
        for (JsonNode over : reply.path("breaches")) {
            facts.put("over now", over.asText());
        }
        facts.put("breaches", Replies.or(reply, "breach_count", "0"));
        for (JsonNode breach : reply.path("breach_log")) {
            facts.put("breach", breach(breach, now));
        }
        return facts.text();
    }

    private static String breach(JsonNode breach, long now) {
        boolean memory = breach.path("what").asText().equals("mem");
        String used = memory ? StatsText.size(breach.path("used")) : Replies.text(breach, "used");
        String limit = memory ? StatsText.size(breach.path("limit")) : Replies.text(breach, "limit");
        String command = Replies.text(breach, "command");
        return Replies.since(breach, "at_ms", now) + " ago: " + (memory ? "memory " : "processes ") + used + " of "
                + limit + ", " + breach.path("outcome").asText() + " by the "
                + breach.path("by").asText() + (command == null ? "" : ": " + command);
    }
}
