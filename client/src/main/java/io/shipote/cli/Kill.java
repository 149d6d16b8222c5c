package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code kill}: sends a signal to every process of a command or pipeline. */
final class Kill implements Verb {
    @Override
    public String summary() {
        return "send a signal to a command or pipeline";
    }

    @Override
    public String arguments() {
        return "TARGET";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("where names are looked up");
        flags.value("s", "signal", "SIGNAL", "a name or number; TERM without it");
    }

    @Override
    public int run(Invocation in) {
        ObjectNode parameters = in.target();
        String signal = in.value("signal");
        parameters.put("signal", signal == null ? "TERM" : signal);
        ObjectNode reply = in.call("Kill", parameters);
        in.print(
                reply,
                "signalled " + reply.path("id").asText() + " ("
                        + reply.path("signalled").asText() + ")");
        return 0;
    }
}
