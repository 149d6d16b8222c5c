package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;

/** A named way for data into or out of a workspace. */
public record FlowSlot(String name, FlowDirection direction, FlowScope scope, Shape shape) {
    public static FlowSlot decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        return new FlowSlot(
                in.text("name"),
                in.word("direction", FlowDirection.values()),
                in.word("scope", FlowScope.values(), FlowScope.WORKSPACE),
                in.shape());
    }

    public JsonNode encode() {
        return new FieldWriter(shape)
                .put("name", name)
                .put("direction", direction.word())
                .put("scope", scope, FlowScope.WORKSPACE)
                .end();
    }
}
