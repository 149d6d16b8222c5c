package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code caps}: what this host lets the daemon do. */
final class Caps implements Verb {
    @Override
    public String summary() {
        return "show what this host can enforce";
    }

    @Override
    public String arguments() {
        return "";
    }

    static String text(ObjectNode reply) {
        Facts facts = new Facts()
                .put("kernel", Replies.text(reply, "kernel"))
                .put("uid", Replies.text(reply, "uid"))
                .put("cgroup", Replies.text(reply, "cgroup"))
                .put("cgroup root", Replies.text(reply, "cgroup_root"))
                .put("controllers", Facts.joined(reply.path("controllers"), " "));
        for (JsonNode note : reply.path("notes")) {
            facts.put("note", note.asText());
        }
        for (JsonNode setting : reply.path("settings")) {
            facts.put("setting", setting.asText());
        }
        return facts.text();
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ObjectNode reply = in.call("Capabilities", Invocation.parameters());
        if (in.json()) {
            in.printJson(reply);
        } else {
            in.console().text(text(reply));
        }
        return 0;
    }
}
