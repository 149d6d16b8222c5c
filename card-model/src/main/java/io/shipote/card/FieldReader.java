package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the keys of one object, each once, and remembers how the object stood: what was absent, what is unknown. Anything
 * wrong is added to the problems and replaced by a placeholder. No reflection, no lambdas: the command line starts here.
 */
public final class FieldReader {
    private final JsonNode node;
    private final String path;
    private final Problems problems;
    private final Set<String> known = new HashSet<>();
    private final Set<String> absent = new HashSet<>();
    private int present;

    /** @param node the object; a missing node reads as an object whose faults were told already */
    public FieldReader(JsonNode node, String path, Problems problems) {
        this.path = path;
        this.problems = problems;
        if (node.isObject()) {
            this.node = node;
        } else {
            Scalars.wrongType("an object", node, path, problems);
            this.node = MissingNode.getInstance();
        }
    }

    /** The path of a key of this object. */
    public String at(String key) {
        return Problems.child(path, key);
    }

    /** The value of a key that must be there; a missing node, and a problem, if it is not. */
    public JsonNode required(String key) {
        known.add(key);
        JsonNode value = node.path(key);
        if (!value.isMissingNode()) {
            present++;
        } else if (node.isObject()) {
            problems.add(at(key), "is missing");
        }
        return value;
    }

    /** The value of a key that may be absent; {@code null} if it is, which {@link #shape} remembers. */
    public JsonNode optional(String key) {
        known.add(key);
        JsonNode value = node.get(key);
        if (value == null) {
            absent.add(key);
        } else {
            present++;
        }
        return value;
    }

    /** As {@link #optional}, and {@code null} for the JSON null too. */
    public JsonNode nullable(String key) {
        JsonNode value = optional(key);
        return value == null || value.isNull() ? null : value;
    }

    public String text(String key) {
        return Scalars.text(required(key), at(key), problems);
    }

    public String text(String key, String fallback) {
        JsonNode value = optional(key);
        return value == null ? fallback : Scalars.text(value, at(key), problems);
    }

    public Optional<String> optionalText(String key) {
        JsonNode value = nullable(key);
        return value == null ? Optional.empty() : Optional.of(Scalars.text(value, at(key), problems));
    }

    public boolean flag(String key) {
        return Scalars.flag(required(key), at(key), problems);
    }

    public boolean flag(String key, boolean fallback) {
        JsonNode value = optional(key);
        return value == null ? fallback : Scalars.flag(value, at(key), problems);
    }

    public long u32(String key) {
        return Scalars.u32(required(key), at(key), problems);
    }

    public long u32(String key, long fallback) {
        JsonNode value = optional(key);
        return value == null ? fallback : Scalars.u32(value, at(key), problems);
    }

    public Optional<Long> optionalU32(String key) {
        JsonNode value = nullable(key);
        return value == null ? Optional.empty() : Optional.of(Scalars.u32(value, at(key), problems));
    }

    public U64 u64(String key) {
        return Scalars.u64(required(key), at(key), problems);
    }

    public U64 u64(String key, U64 fallback) {
        JsonNode value = optional(key);
        return value == null ? fallback : Scalars.u64(value, at(key), problems);
    }

    public Optional<U64> optionalU64(String key) {
        JsonNode value = nullable(key);
        return value == null ? Optional.empty() : Optional.of(Scalars.u64(value, at(key), problems));
    }

    public <E extends Enum<E> & Word> E word(String key, E[] words) {
        return Scalars.word(required(key), words, at(key), problems);
    }

    public <E extends Enum<E> & Word> E word(String key, E[] words, E fallback) {
        JsonNode value = optional(key);
        return value == null ? fallback : Scalars.word(value, words, at(key), problems);
    }

    public WorkspaceId workspaceId(String key) {
        return Scalars.workspaceId(required(key), at(key), problems);
    }

    public List<String> texts(String key) {
        return Scalars.texts(required(key), at(key), problems);
    }

    /** A list that must be there. */
    public List<JsonNode> list(String key) {
        return Scalars.list(required(key), at(key), problems);
    }

    /** A list that is empty when it is absent. */
    public List<JsonNode> optionalList(String key) {
        JsonNode value = optional(key);
        return value == null ? List.of() : Scalars.list(value, at(key), problems);
    }

    /** How the object stood; to be asked for after all keys were read. */
    public Shape shape() {
        Map<String, JsonNode> unknown = new LinkedHashMap<>();
        Optional<ObjectNode> own = Optional.empty();
        if (node.size() > present) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (field.getKey().equals(Shape.OWN_KEY)) {
                    own = ownData(field.getValue());
                } else if (!known.contains(field.getKey())) {
                    unknown.put(field.getKey(), field.getValue());
                }
            }
        }
        return absent.isEmpty() && unknown.isEmpty() && own.isEmpty() ? Shape.NEW : new Shape(absent, unknown, own);
    }

    /** For objects that are ours alone: a key that was not asked for is a problem. To be called after all were read. */
    void refuseUnknown() {
        if (node.size() > present) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                if (!known.contains(field.getKey())) {
                    problems.add(at(field.getKey()), "is not known here");
                }
            }
        }
    }

    private Optional<ObjectNode> ownData(JsonNode value) {
        if (value instanceof ObjectNode) {
            return Optional.of((ObjectNode) value);
        }
        Scalars.wrongType("an object", value, at(Shape.OWN_KEY), problems);
        return Optional.empty();
    }
}
