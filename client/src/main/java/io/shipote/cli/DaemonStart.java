package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.Connection;
import java.nio.file.Path;
import java.util.List;

/** {@code daemon start}: starts a daemon unless one runs. */
final class DaemonStart implements Verb {
    private static final String RECOVER = "recover";
    private static final String GENERATION = "generation";

    @Override
    public String summary() {
        return "start the daemon unless one runs";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public void options(Flags flags) {
        flags.flag(RECOVER, "if the state cannot be read, go on from the newest good generation of it");
        flags.value(GENERATION, "N", "go back to generation N of the state (1 the newest); as snapshot rollback N");
    }

    @Override
    public int run(Invocation in) {
        in.none();
        if (in.has(GENERATION)) {
            return SnapshotRollback.to(in, in.value(GENERATION), in.has(RECOVER));
        }
        Path socket = in.session().socket();
        List<String> options = in.has(RECOVER) ? List.of("--" + RECOVER) : List.of();
        // Asked for explicitly: --no-start has no meaning here.
        try (Connection connection = in.session().autostart(socket, options).connect()) {
            ObjectNode reply = connection.call(Session.INTERFACE + "Health", Invocation.parameters());
            in.print(
                    reply,
                    "running  pid=" + reply.path("pid").asText() + "  "
                            + reply.path("socket").asText());
        }
        if (in.has(RECOVER)) {
            in.console()
                    .complain("if there was anything to recover, from what and what may be missing is told in "
                            + in.session().locations().stateDirectory().resolve("daemon.log"));
        }
        return 0;
    }
}
