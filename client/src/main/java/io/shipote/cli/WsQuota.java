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
        JsonNode memory = reply.path("mem_limit");
        Facts facts = new Facts()
                .put("memory limit", memory.isNumber() ? Sizes.human(memory.asLong()) : "none")
                .put("when over", Replies.text(reply, "mem_enforce"))
                .put("process limit", reply.hasNonNull("nproc_limit") ? Replies.text(reply, "nproc_limit") : "none")
                .put("when over", Replies.text(reply, "nproc_enforce"));
        ObjectNode others =
                reply.path("limits").isObject() ? reply.path("limits").deepCopy() : Invocation.parameters();
        others.remove("mem_bytes");
        others.remove("nproc");
        LimitFlags.tell(facts, others);
        if (reply.path("breaches").isEmpty()) {
            facts.put("breaches", "none");
        }
        for (JsonNode breach : reply.path("breaches")) {
            facts.put("breach", breach.asText());
        }
        in.console().text(facts.text());
        return 0;
    }
}
