package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads single values. A value of the wrong type is a problem and yields a placeholder, so that reading goes on and finds
 * the next problem; a missing node yields the placeholder in silence, as its absence was told before.
 */
public final class Scalars {
    /** The largest number of 32 bits. */
    public static final long U32_MAX = 0xFFFF_FFFFL;

    private Scalars() {}

    public static String text(JsonNode node, String path, Problems problems) {
        if (node.isTextual()) {
            return node.textValue();
        }
        wrongType("text", node, path, problems);
        return "";
    }

    public static boolean flag(JsonNode node, String path, Problems problems) {
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        wrongType("true or false", node, path, problems);
        return false;
    }

    /** A whole number of 0 to 4,294,967,295. */
    public static long u32(JsonNode node, String path, Problems problems) {
        return upTo(U32_MAX, node, path, problems);
    }

    /** A whole number of 0 to a bound that is not negative. */
    public static long upTo(long max, JsonNode node, String path, Problems problems) {
        if (node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 0 && node.longValue() <= max) {
            return node.longValue();
        }
        wrongType("a whole number from 0 to " + max, node, path, problems);
        return 0;
    }

    public static U64 u64(JsonNode node, String path, Problems problems) {
        if (node.isIntegralNumber()) {
            if (node.canConvertToLong() && node.longValue() >= 0) {
                return new U64(node.longValue());
            }
            if (node.bigIntegerValue().signum() > 0 && node.bigIntegerValue().bitLength() <= Long.SIZE) {
                return U64.of(node.bigIntegerValue());
            }
        }
        wrongType("a whole number from 0 to " + U64.MAX, node, path, problems);
        return U64.ZERO;
    }

    /** One of the words of an enum. */
    public static <E extends Enum<E> & Word> E word(JsonNode node, E[] words, String path, Problems problems) {
        if (node.isTextual()) {
            for (E candidate : words) {
                if (candidate.word().equals(node.textValue())) {
                    return candidate;
                }
            }
        }
        StringBuilder allowed = new StringBuilder("one of ");
        for (E candidate : words) {
            allowed.append(candidate == words[0] ? "\"" : ", \"")
                    .append(candidate.word())
                    .append('"');
        }
        wrongType(allowed.toString(), node, path, problems);
        return words[0];
    }

    public static WorkspaceId workspaceId(JsonNode node, String path, Problems problems) {
        if (node.isTextual()) {
            try {
                return WorkspaceId.parse(node.textValue());
            } catch (IllegalArgumentException e) {
                problems.add(path, "is not an id: " + e.getMessage());
            }
        } else {
            wrongType("an id", node, path, problems);
        }
        return new WorkspaceId(UlidText.NIL);
    }

    /** The elements of a list; none if it is not a list. */
    public static List<JsonNode> list(JsonNode node, String path, Problems problems) {
        if (!node.isArray()) {
            wrongType("a list", node, path, problems);
            return List.of();
        }
        List<JsonNode> elements = new ArrayList<>(node.size());
        for (JsonNode element : node) {
            elements.add(element);
        }
        return elements;
    }

    public static List<String> texts(JsonNode node, String path, Problems problems) {
        List<String> texts = new ArrayList<>();
        for (JsonNode element : list(node, path, problems)) {
            texts.add(text(element, Problems.child(path, texts.size()), problems));
        }
        return List.copyOf(texts);
    }

    public static List<Long> u32s(JsonNode node, String path, Problems problems) {
        List<Long> numbers = new ArrayList<>();
        for (JsonNode element : list(node, path, problems)) {
            numbers.add(u32(element, Problems.child(path, numbers.size()), problems));
        }
        return List.copyOf(numbers);
    }

    /** Adds "must be …, not …", unless the node is missing. */
    public static void wrongType(String wanted, JsonNode node, String path, Problems problems) {
        if (!node.isMissingNode()) {
            problems.add(path, "must be " + wanted + ", not " + shown(node));
        }
    }

    private static String shown(JsonNode node) {
        switch (node.getNodeType()) {
            case OBJECT:
                return "an object";
            case ARRAY:
                return "a list";
            case NULL:
                return "null";
            case BOOLEAN:
                return node.booleanValue() ? "true" : "false";
            default:
                return CardText.brief(node);
        }
    }
}
