package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes JSON in upstream's exact form: two spaces of indentation, line feeds, {@code "key": value}, {@code []} and {@code
 * {}} for what is empty, no line feed at the end, only the escapes that JSON demands; or compact, without any space.
 */
public final class CardText {
    private static final String INDENT = "  ";
    private static final int BRIEF = 64;
    private static final char[] HEX = "0123456789abcdef".toCharArray();
    private static final int COMPACT = -1;

    private CardText() {}

    /** @param depth how many lists and objects the value stands in; its first line is not indented */
    public static String pretty(JsonNode node, int depth) {
        StringBuilder out = new StringBuilder(1024);
        write(out, node, depth);
        return out.toString();
    }

    /** {@link #pretty} as UTF-8. */
    public static byte[] prettyBytes(JsonNode node, int depth) {
        return pretty(node, depth).getBytes(StandardCharsets.UTF_8);
    }

    /** One line without spaces. */
    public static String compact(JsonNode node) {
        StringBuilder out = new StringBuilder(256);
        write(out, node, COMPACT);
        return out.toString();
    }

    /** {@link #compact} as UTF-8. */
    public static byte[] compactBytes(JsonNode node) {
        return compact(node).getBytes(StandardCharsets.UTF_8);
    }

    /** The JSON string of a text, in quotes. */
    public static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2);
        writeText(out, text);
        return out.toString();
    }

    /** The value for a message: compact and cut. */
    static String brief(JsonNode node) {
        String text = compact(node);
        if (text.length() <= BRIEF) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(BRIEF - 1)) ? BRIEF - 1 : BRIEF;
        return text.substring(0, end) + "…";
    }

    private static void write(StringBuilder out, JsonNode node, int depth) {
        switch (node.getNodeType()) {
            case OBJECT:
                writeObject(out, node, depth);
                break;
            case ARRAY:
                writeList(out, node, depth);
                break;
            case STRING:
                writeText(out, node.textValue());
                break;
            case NUMBER:
                writeNumber(out, node);
                break;
            case BOOLEAN:
                out.append(node.booleanValue());
                break;
            case NULL:
                out.append("null");
                break;
            default:
                throw new IllegalArgumentException("no JSON value: " + node.getNodeType());
        }
    }

    private static void writeObject(StringBuilder out, JsonNode object, int depth) {
        if (object.isEmpty()) {
            out.append("{}");
            return;
        }
        int inner = depth == COMPACT ? COMPACT : depth + 1;
        char before = '{';
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            out.append(before);
            before = ',';
            newLine(out, inner);
            writeText(out, field.getKey());
            out.append(inner == COMPACT ? ":" : ": ");
            write(out, field.getValue(), inner);
        }
        newLine(out, depth);
        out.append('}');
    }

    private static void writeList(StringBuilder out, JsonNode list, int depth) {
        if (list.isEmpty()) {
            out.append("[]");
            return;
        }
        int inner = depth == COMPACT ? COMPACT : depth + 1;
        char before = '[';
        for (JsonNode element : list) {
            out.append(before);
            before = ',';
            newLine(out, inner);
            write(out, element, inner);
        }
        newLine(out, depth);
        out.append(']');
    }

    private static void newLine(StringBuilder out, int depth) {
        if (depth == COMPACT) {
            return;
        }
        out.append('\n');
        for (int i = 0; i < depth; i++) {
            out.append(INDENT);
        }
    }

    private static void writeNumber(StringBuilder out, JsonNode number) {
        if (number.isFloat()) {
            float value = number.floatValue();
            out.append(Float.isFinite(value) ? ShortestDecimal.of(value) : "null");
        } else if (number.isDouble()) {
            double value = number.doubleValue();
            out.append(Double.isFinite(value) ? ShortestDecimal.of(value) : "null");
        } else if (number.isBigDecimal()) {
            out.append(ShortestDecimal.of(number.decimalValue()));
        } else {
            out.append(number.asText());
        }
    }

    private static void writeText(StringBuilder out, String text) {
        out.append('"');
        int plainFrom = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c != '"' && c != '\\') {
                continue;
            }
            out.append(text, plainFrom, i);
            plainFrom = i + 1;
            writeEscape(out, c);
        }
        out.append(text, plainFrom, text.length()).append('"');
    }

    private static void writeEscape(StringBuilder out, char c) {
        out.append('\\');
        switch (c) {
            case '"':
            case '\\':
                out.append(c);
                break;
            case '\b':
                out.append('b');
                break;
            case '\f':
                out.append('f');
                break;
            case '\n':
                out.append('n');
                break;
            case '\r':
                out.append('r');
                break;
            case '\t':
                out.append('t');
                break;
            default:
                out.append("u00").append(HEX[c >> 4]).append(HEX[c & 0xF]);
        }
    }
}
