package io.shipote.daemon.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * One line of the audit log. Whatever a client puts into it, it stays one line and one object: everything but printable
 * ASCII is escaped, and no text is longer than {@link #MAX_TEXT}.
 */
public final class AuditLine {
    /** Characters of one text, at most; longer ones are cut and end with an ellipsis. */
    public static final int MAX_TEXT = 256;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final ObjectMapper MAPPER =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** Of an object or a list. */
    private static final int MAX_VALUES = 16;

    private final ObjectNode node;

    private AuditLine(ObjectNode node) {
        this.node = node;
    }

    private AuditLine(long atMs, String by) {
        this(JsonNodeFactory.instance.objectNode());
        node.put("time", TIME.format(Instant.ofEpochMilli(atMs)));
        node.put("by", by);
    }

    /** What a client asked for. */
    static AuditLine ofClient(long atMs, int uid, int pid) {
        AuditLine line = new AuditLine(atMs, "client");
        line.node.put("uid", uid).put("pid", pid);
        return line;
    }

    /** What the daemon did of its own accord. */
    static AuditLine ofDaemon(long atMs) {
        return new AuditLine(atMs, "daemon");
    }

    /** A value that is not there is left out, and one that is no plain value too. */
    AuditLine put(String key, JsonNode value) {
        if (value.isTextual()) {
            node.set(key, TextNode.valueOf(cut(value.textValue())));
        } else if (value.isNumber() || value.isBoolean()) {
            node.set(key, value);
        }
        return this;
    }

    /** An object or a list; of it only plain values, and so many. */
    AuditLine putEach(String key, JsonNode values) {
        if (values.isObject()) {
            AuditLine taken = new AuditLine(JsonNodeFactory.instance.objectNode());
            values.properties().stream().limit(MAX_VALUES).forEach(one -> taken.put(one.getKey(), one.getValue()));
            node.set(key, taken.node);
        } else if (values.isArray()) {
            ArrayNode taken = node.putArray(key);
            for (int i = 0; i < Math.min(values.size(), MAX_VALUES); i++) {
                taken.add(cut(values.get(i).asText()));
            }
        }
        return this;
    }

    AuditLine put(String key, String text) {
        node.put(key, cut(text));
        return this;
    }

    AuditLine put(String key, Optional<String> text) {
        text.ifPresent(value -> put(key, value));
        return this;
    }

    AuditLine put(String key, long number) {
        node.put(key, number);
        return this;
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT - 1) + "…";
    }

    ObjectNode tree() {
        return node;
    }

    /** The line with its end. */
    static byte[] encode(ObjectNode line) {
        try {
            return (MAPPER.writeValueAsString(line) + "\n").getBytes(StandardCharsets.US_ASCII);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always JSON", e);
        }
    }

    /** The object of a line; empty if somebody has written something else into the file. */
    static Optional<ObjectNode> decode(String line) {
        try {
            return MAPPER.readTree(line) instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
