package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code rm}: removes an ended or stored command with its runs and logs. */
final class Rm implements Verb {
    @Override
    public String summary() {
        return "remove a command with its logs";
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
        ObjectNode reply = in.call("RemoveCommand", in.target());
        in.print(reply, "removed " + reply.path("id").asText());
        return 0;
    }
}
