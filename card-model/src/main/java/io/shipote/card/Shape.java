package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How an object stood in the file it came from, so that writing it anew gives the same bytes.
 *
 * @param absent optional keys that were not there; they stay away as long as their value is the default
 * @param unknown keys we do not know, with their values in the file's order; written after the known ones. The trees
 *     must not be changed
 * @param shipote our own data, under the key {@value #OWN_KEY}; the last key, never written when empty. The tree must
 *     not be changed
 */
public record Shape(Set<String> absent, Map<String, JsonNode> unknown, Optional<ObjectNode> shipote) {
    /** The key of our own data in any object of a card. */
    public static final String OWN_KEY = "shipote";

    /** A new object: every key is written, nothing else. */
    public static final Shape NEW = new Shape(Set.of(), Map.of(), Optional.empty());

    public Shape {
        absent = Set.copyOf(absent);
        unknown = unknown.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(unknown));
        if (shipote.isPresent() && shipote.get().isEmpty()) {
            shipote = Optional.empty();
        }
    }

    /** A new object without these keys, as long as they have their default value. */
    public static Shape without(String... keys) {
        return new Shape(Set.of(keys), Map.of(), Optional.empty());
    }

    /** The same with other data of our own; an empty object removes it. */
    public Shape withShipote(ObjectNode own) {
        return new Shape(absent, unknown, Optional.of(own.deepCopy()));
    }
}
