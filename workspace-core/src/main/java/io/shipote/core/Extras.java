package io.shipote.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandRef;
import java.util.Optional;

/** What we add to a command's card, in its object "shipote": {@code cwd} and {@code stdin}, both absolute paths. */
public final class Extras {
    private Extras() {}

    /** The working directory it was asked to run in. */
    public static Optional<String> directory(CommandRef spec) {
        return text(spec, "cwd");
    }

    /** The file it reads from. */
    public static Optional<String> stdin(CommandRef spec) {
        return text(spec, "stdin");
    }

    /** The same command with these extras added. */
    public static CommandRef with(CommandRef spec, Optional<String> directory, Optional<String> stdin) {
        if (directory.isEmpty() && stdin.isEmpty()) {
            return spec;
        }
        ObjectNode own =
                spec.shape().shipote().map(ObjectNode::deepCopy).orElseGet(JsonNodeFactory.instance::objectNode);
        directory.ifPresent(path -> own.put("cwd", path));
        stdin.ifPresent(path -> own.put("stdin", path));
        return new CommandRef(
                spec.label(),
                spec.payload(),
                spec.soma(),
                spec.flows(),
                spec.supervision(),
                spec.shape().withShipote(own));
    }

    private static Optional<String> text(CommandRef spec, String key) {
        return spec.shape()
                .shipote()
                .map(own -> own.path(key))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
    }
}
