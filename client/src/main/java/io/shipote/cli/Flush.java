package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code flush}: empties the log files of a command. */
final class Flush implements Verb {
    @Override
    public String summary() {
        return "empty the logs of a command";
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
        ObjectNode reply = in.call("FlushCommand", in.target());
        in.print(reply, "flushed " + reply.path("id").asText());
        return 0;
    }
}
