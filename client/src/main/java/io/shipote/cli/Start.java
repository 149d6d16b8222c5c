package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code start}: starts a stored command that is not running. */
final class Start implements Verb {
    @Override
    public String summary() {
        return "start a stored command";
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
        ObjectNode reply = in.call("StartCommand", in.target());
        String pid = Replies.text(reply, "pid");
        in.print(reply, reply.path("id").asText() + (pid == null ? "" : "  pid=" + pid));
        return 0;
    }
}
