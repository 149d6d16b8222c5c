package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code restart}: stops a stored command and starts it again. */
final class Restart implements Verb {
    @Override
    public String summary() {
        return "restart a stored command";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
        flags.grace();
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = in.target();
        in.putGrace(parameters);
        ObjectNode reply = in.call("RestartCommand", parameters);
        String pid = Replies.text(reply, "pid");
        in.print(reply, reply.path("id").asText() + (pid == null ? "" : "  pid=" + pid));
        return 0;
    }
}
