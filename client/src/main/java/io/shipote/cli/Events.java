package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** {@code events}: what happens, as it happens. */
final class Events implements Verb {
    @Override
    public String summary() {
        return "show what happens, as it happens";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public void options(Flags flags) {
        flags.workspace("only those of this workspace");
    }

    private static void show(ObjectNode reply, Invocation in) {
        if (in.json()) {
            in.printJsonLine(reply);
            return;
        }
        if (reply.path("lost").asLong() > 0) {
            in.console().complain(reply.path("lost").asText() + " events were lost (this reader was too slow)");
        }
        in.console().line(line(reply.path("event")));
    }

    static String line(JsonNode event) {
        StringBuilder out = new StringBuilder();
        out.append(Instant.ofEpochMilli(event.path("at_ms").asLong()).truncatedTo(ChronoUnit.MILLIS));
        out.append("  ").append(event.path("kind").asText());
        for (String key : new String[] {"workspace", "pipeline", "command", "state", "detail"}) {
            String value = Replies.text(event, key);
            if (value != null) {
                out.append("  ").append(key).append('=').append(value);
            }
        }
        return Table.printable(out.toString());
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ObjectNode parameters = Invocation.parameters();
        in.putText(parameters, "workspace", "workspace");
        in.session().follow("Events", parameters, reply -> show(reply, in), in.console()::complain);
        return 0;
    }
}
