package io.shipote.pipeline.discern;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.FlowType;
import java.util.Optional;

/** The flow type of a card that a verdict stands for. */
record Kind(FlowType type) {
    static Kind plain(String name) {
        return new Kind(new FlowType.Primitive(name));
    }

    static Kind of(String pkg, String name) {
        return new Kind(new FlowType.Wit(pkg, Optional.empty(), name));
    }

    ObjectNode encode() {
        return (ObjectNode) type.encode();
    }
}
