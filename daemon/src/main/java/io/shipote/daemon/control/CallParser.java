package io.shipote.daemon.control;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.Call;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

/** Reads one frame, strictly: UTF-8, one JSON object, no key twice, no half surrogate, only the keys of a call. */
final class CallParser {
    /** Levels of objects and lists in one call. */
    static final int MAX_DEPTH = 200;

    /** Characters of one number: a u64 has 20, and longer ones cost quadratic time. */
    static final int MAX_NUMBER = 100;

    private final ObjectMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    // Keys come from clients: they must not pile up in the JVM's tables.
                    .disable(com.fasterxml.jackson.core.JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .disable(com.fasterxml.jackson.core.JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(MAX_NUMBER)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** @throws BadFrame saying what is wrong with it */
    Call parse(ByteBuffer frame) throws BadFrame {
        JsonNode tree = tree(text(frame));
        if (!(tree instanceof ObjectNode object)) {
            throw new BadFrame("a call is a JSON object");
        }
        checkText(object);
        return call(object);
    }

    private static String text(ByteBuffer frame) throws BadFrame {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(frame)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadFrame("not UTF-8: " + e.getMessage());
        }
    }

    private JsonNode tree(String text) throws BadFrame {
        try {
            return mapper.readTree(text);
        } catch (JsonProcessingException e) {
            throw new BadFrame("not JSON: " + e.getOriginalMessage());
        }
    }

    private static Call call(ObjectNode object) throws BadFrame {
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            switch (entry.getKey()) {
                case "method", "parameters", "more", "oneway", "upgrade" -> {}
                default -> throw new BadFrame("not a key of a call: " + entry.getKey());
            }
        }
        JsonNode method = object.path("method");
        if (!method.isTextual()) {
            throw new BadFrame("method must be a string");
        }
        JsonNode parameters = object.path("parameters");
        if (!parameters.isObject() && !parameters.isMissingNode() && !parameters.isNull()) {
            throw new BadFrame("parameters must be an object");
        }
        boolean more = flag(object, "more");
        boolean oneway = flag(object, "oneway");
        if (more && oneway) {
            throw new BadFrame("more and oneway exclude each other");
        }
        boolean upgrade = flag(object, "upgrade");
        if (upgrade && (more || oneway)) {
            throw new BadFrame("upgrade excludes more and oneway");
        }
        ObjectNode given = parameters instanceof ObjectNode present ? present : JsonNodeFactory.instance.objectNode();
        return new Call(method.textValue(), given, more, oneway, upgrade);
    }

    private static boolean flag(ObjectNode object, String key) throws BadFrame {
        JsonNode value = object.path(key);
        if (!value.isBoolean() && !value.isMissingNode() && !value.isNull()) {
            throw new BadFrame(key + " must be true or false");
        }
        return value.booleanValue();
    }

    /** Escapes can spell a surrogate without its other half, which no UTF-8 file or reply could hold. */
    private static void checkText(ObjectNode object) throws BadFrame {
        Deque<JsonNode> left = new ArrayDeque<>();
        left.push(object);
        while (!left.isEmpty()) {
            JsonNode node = left.pop();
            if (node.isTextual()) {
                checkText(node.textValue());
            } else if (node.isObject()) {
                for (Map.Entry<String, JsonNode> entry : node.properties()) {
                    checkText(entry.getKey());
                    left.push(entry.getValue());
                }
            } else {
                node.forEach(left::push);
            }
        }
    }

    private static void checkText(String text) throws BadFrame {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                i++;
                if (!Character.isHighSurrogate(c) || i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    throw new BadFrame("half a UTF-16 surrogate pair in a string");
                }
            }
        }
    }
}
