package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.client.Connection;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/** Writes what a command has written: to standard output, and its standard error to ours when both are shown. */
final class LogOutput {
    private final Invocation in;
    /** Counted when a piece comes and when it is written: odd while somebody is slow to take one. */
    private final AtomicLong steps = new AtomicLong();

    LogOutput(Invocation in) {
        this.in = in;
    }

    /** Until the stream ends or the connection is closed. */
    static void stream(Connection connection, ObjectNode request, Invocation in) {
        new LogOutput(in).stream(connection, request);
    }

    /** The same. */
    void stream(Connection connection, ObjectNode request) {
        boolean both = request.path("stream").asText("both").equals("both");
        connection.stream(Session.INTERFACE + "Logs", request, reply -> {
            steps.incrementAndGet();
            write(reply, both);
            steps.incrementAndGet();
        });
    }

    /** Changes with every piece; odd while one is being written. For any thread. */
    long steps() {
        return steps.get();
    }

    private void write(ObjectNode reply, boolean both) {
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
