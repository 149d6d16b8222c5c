package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds one object: the known keys in the order of the calls, then the unknown ones of its {@link Shape}, then our own.
 */
public final class FieldWriter {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ObjectNode object = NODES.objectNode();
    private final Shape shape;

    public FieldWriter(Shape shape) {
        this.shape = shape;
    }

    public FieldWriter put(String key, JsonNode value) {
        object.set(key, value);
        return this;
    }

    /** Leaves the key away if it was absent and still has its default value. */
    public FieldWriter put(String key, JsonNode value, boolean isDefault) {
        return isDefault && shape.absent().contains(key) ? this : put(key, value);
    }

    public FieldWriter put(String key, String value) {
        return put(key, NODES.textNode(value));
    }

    public FieldWriter put(String key, boolean value) {
        return put(key, NODES.booleanNode(value));
    }

    public FieldWriter put(String key, boolean value, boolean fallback) {
        return put(key, NODES.booleanNode(value), value == fallback);
    }

    public FieldWriter put(String key, long value) {
        return put(key, NODES.numberNode(value));
    }

    public FieldWriter put(String key, U64 value, U64 fallback) {
        return put(key, value.encode(), value.equals(fallback));
    }

    public FieldWriter put(String key, Word value, Word fallback) {
        return put(key, NODES.textNode(value.word()), value == fallback);
    }

    public FieldWriter putText(String key, Optional<String> value) {
        return put(key, value.isEmpty() ? NODES.nullNode() : NODES.textNode(value.get()), value.isEmpty());
    }

    public FieldWriter putNumber(String key, Optional<Long> value) {
        return put(key, value.isEmpty() ? NODES.nullNode() : NODES.numberNode(value.get()), value.isEmpty());
    }

    public FieldWriter putU64(String key, Optional<U64> value) {
        return put(key, value.isEmpty() ? NODES.nullNode() : value.get().encode(), value.isEmpty());
    }

    public ObjectNode end() {
        for (Map.Entry<String, JsonNode> field : shape.unknown().entrySet()) {
            object.set(field.getKey(), field.getValue());
        }
        if (shape.shipote().isPresent()) {
            object.set(Shape.OWN_KEY, shape.shipote().get());
        }
        return object;
    }

    public static JsonNode text(String text) {
        return NODES.textNode(text);
    }

    public static ArrayNode texts(List<String> texts) {
        ArrayNode list = NODES.arrayNode(texts.size());
        for (String text : texts) {
            list.add(text);
        }
        return list;
    }

    public static ArrayNode numbers(List<Long> numbers) {
        ArrayNode list = NODES.arrayNode(numbers.size());
        for (Long number : numbers) {
            list.add(number);
        }
        return list;
    }

    /** An object of one key: a variant of a sealed type with its content. */
    public static ObjectNode variant(String tag, JsonNode content) {
        ObjectNode object = NODES.objectNode();
        object.set(tag, content);
        return object;
    }
}
