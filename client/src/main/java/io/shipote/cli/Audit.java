package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** {@code audit}: who changed what, and what the daemon did of its own accord. */
final class Audit implements Verb {
    @Override
    public String summary() {
        return "show who changed what";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public void options(Flags flags) {
        flags.value("tail", "N", "the last N lines; 100 unless said");
        flags.flag("f", "follow", "show later ones as they come");
    }

    @Override
    public int run(Invocation in) {
        in.none();
        ObjectNode parameters = Invocation.parameters();
        Long tail = in.number("tail");
        if (tail != null) {
            parameters.put("tail", tail);
        }
        if (in.has("follow")) {
            parameters.put("follow", true);
            // Only what is new, if it has to be asked for again.
            in.session()
                    .follow(
                            "Audit",
                            parameters,
                            reply -> {
                                parameters.put("tail", 0);
                                show(reply, in);
                            },
                            in.console()::complain);
        } else {
            show(in.call("Audit", parameters), in);
        }
        return 0;
    }

    /** With {@code --json} the lines as they stand in the file: one object each. */
    private static void show(ObjectNode reply, Invocation in) {
        for (JsonNode line : reply.path("lines")) {
            if (in.json() && line instanceof ObjectNode object) {
                in.printJsonLine(object);
            } else {
                in.console().line(text(line));
            }
        }
    }

    static String text(JsonNode line) {
        StringBuilder out = new StringBuilder(line.path("time").asText());
        boolean client = line.path("by").asText().equals("client");
        out.append("  ")
                .append(
                        client
                                ? "uid=" + line.path("uid").asText() + " pid="
                                        + line.path("pid").asText()
                                : "daemon");
        out.append("  ")
                .append(client ? line.path("method").asText() : line.path("act").asText());
        for (Map.Entry<String, JsonNode> field : line.properties()) {
            switch (field.getKey()) {
                case "time", "by", "uid", "pid", "method", "act", "outcome" -> {}
                default ->
                    out.append("  ")
                            .append(field.getKey())
                            .append('=')
                            .append(
                                    field.getValue().isContainerNode()
                                            ? field.getValue().toString()
                                            : field.getValue().asText());
            }
        }
        if (line.hasNonNull("outcome")) {
            out.append("  ").append(line.path("outcome").asText());
        }
        return Table.printable(out.toString());
    }
}
