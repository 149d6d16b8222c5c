package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code ws show}: all about one workspace. */
final class WsShow implements Verb {
    @Override
    public String summary() {
        return "show one workspace";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    static String text(ObjectNode reply, long now) {
        JsonNode seen = reply.path("workspace");
        JsonNode deadline = seen.path("deadline_ms");
        Facts facts = new Facts()
                .put("id", Replies.text(seen, "id"))
                .put("label", Replies.text(seen, "label"))
                .put("state", Replies.text(seen, "state"))
                .put("age", Replies.since(seen, "created_ms", now))
                .put("ttl", deadline.isNumber() ? Durations.human(deadline.asLong() - now) : "none")
                .put("on exit", Replies.text(reply.path("spec"), "on_exit"))
                .put("cgroup", Replies.text(seen, "cgroup"))
                .put("left behind", leftBehind(seen));
        LimitFlags.tellCard(facts, reply.path("spec"));
        for (JsonNode one : reply.path("applied")) {
            String why = Replies.text(one, "why");
            String outcome = one.path("outcome").asText();
            facts.put(one.path("item").asText(), why == null ? outcome : outcome + ": " + why);
        }
        String commands = CommandText.table(reply.path("commands"), now);
        String pipelines = PipelineText.table(reply.path("pipelines"), now);
        return facts.text() + "\n" + commands + (reply.path("pipelines").isEmpty() ? "" : "\n" + pipelines);
    }

    private static String leftBehind(JsonNode seen) {
        long runs = seen.path("left_behind").asLong();
        return runs == 0 ? null : "by " + runs + " runs (detached children)";
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = Invocation.parameters().put("target", in.only("TARGET"));
        ObjectNode reply = in.call("ShowWorkspace", parameters);
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console().text(text(reply, System.currentTimeMillis()));
        }
        return 0;
    }
}
