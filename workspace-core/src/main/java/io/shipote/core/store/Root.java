package io.shipote.core.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;

/** What a snapshot has besides its entries, kept as it was read. */
record Root(Map<String, JsonNode> unknown, Optional<ObjectNode> shipote) {
    static final Root EMPTY = new Root(Map.of(), Optional.empty());
}
