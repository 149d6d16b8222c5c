package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code stop}: stops a command; it is not restarted. */
final class Stop implements Verb {
    @Override
    public String summary() {
        return "stop a command";
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
        ObjectNode reply = in.call("StopCommand", parameters);
        in.print(
                reply,
                "stopped " + reply.path("id").asText() + " (ended "
                        + reply.path("ended").asText() + ")");
        return 0;
    }
}
