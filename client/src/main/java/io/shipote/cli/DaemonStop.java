package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.Connection;
import java.util.concurrent.TimeUnit;

/** {@code daemon stop}: ends the daemon; what it runs goes on unless {@code --all} is given. */
final class DaemonStop implements Verb {
    /** It has only its locks to let go of; one that nobody waits for, as in some containers, stays a zombie for ever. */
    private static final int EXIT_LIMIT_S = 2;

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
        // Whoever starts the next one, or looks for the socket, must not meet this one.
        connection.awaitEnd();
        ProcessHandle.of(reply.path("pid").asLong()).ifPresent(daemon -> daemon.onExit()
                .completeOnTimeout(daemon, EXIT_LIMIT_S, TimeUnit.SECONDS)
                .join());
        in.print(
                reply,
                "stopped  pid=" + reply.path("pid").asText() + " (ended "
                        + reply.path("ended").asText() + ")");
        return 0;
    }
}
