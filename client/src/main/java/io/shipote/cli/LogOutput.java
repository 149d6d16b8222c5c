package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.Connection;
import java.util.Base64;

/** Writes what a command has written: to standard output, and its standard error to ours when both are shown. */
final class LogOutput {
    private LogOutput() {}

    /** Until the stream ends or the connection is closed. */
    static void stream(Connection connection, ObjectNode request, Invocation in) {
        boolean both = request.path("stream").asText("both").equals("both");
        connection.stream(Session.INTERFACE + "Logs", request, reply -> write(reply, both, in));
    }

    private static void write(ObjectNode reply, boolean both, Invocation in) {
        if (in.json()) {
            in.printJsonLine(reply);
            return;
        }
        byte[] data = Base64.getDecoder().decode(reply.path("data").asText(""));
        if (data.length == 0) {
            return;
        }
        if (both && reply.path("stream").asText().equals("stderr")) {
            in.console().err(data);
        } else {
            in.console().out(data);
        }
    }
}
