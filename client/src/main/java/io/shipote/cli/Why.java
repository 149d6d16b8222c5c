package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code why}: explains the state of a workspace, command or pipeline. */
final class Why implements Verb {
    @Override
    public String summary() {
        return "explain the state of a workspace, command or pipeline";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
    }

    @Override
    public int run(Invocation in) {
        ObjectNode reply = in.call("Why", in.target());
        if (in.json()) {
            in.printJson(reply);
            return 0;
        }
        StringBuilder out = new StringBuilder();
        for (JsonNode line : reply.path("lines")) {
            out.append(Table.printable(line.asText())).append('\n');
        }
        in.console().text(out.toString());
        return 0;
    }
}
