package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.Connection;

/** {@code daemon stop}: ends the daemon; what it runs goes on unless {@code --all} is given. */
final class DaemonStop implements Verb {
    @Override
    public String summary() {
        return "stop the daemon; what it runs goes on";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public void options(Flags flags) {
        flags.flag("all", "end every command and pipeline first");
        flags.grace();
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ObjectNode parameters = Invocation.parameters();
        in.putFlag(parameters, "all", "all");
        in.putGrace(parameters);
        Connection connection = in.session().existing();
        ObjectNode reply = connection.call(Session.INTERFACE + "StopDaemon", parameters);
        // Whoever starts the next one must not meet this one.
        connection.awaitEnd();
        in.print(
                reply,
                "stopped  pid=" + reply.path("pid").asText() + " (ended "
                        + reply.path("ended").asText() + ")");
        return 0;
    }
}
