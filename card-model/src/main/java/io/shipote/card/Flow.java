package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A declared input or output of a command.
 *
 * @param pinTo the partner it is bound to
 */
public record Flow(String name, FlowType type, Optional<String> pinTo, Shape shape) {
    public Flow(String name, FlowType type, Optional<String> pinTo) {
        this(name, type, pinTo, Shape.NEW);
    }

    public static Flow decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        return new Flow(
                in.text("name"),
                FlowType.decode(in.required("type"), in.at("type"), problems),
                in.optionalText("pin_to"),
                in.shape());
    }

    public JsonNode encode() {
        return new FieldWriter(shape)
                .put("name", name)
                .put("type", type.encode())
                .putText("pin_to", pinTo)
                .end();
    }
}
