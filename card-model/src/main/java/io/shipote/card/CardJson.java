package io.shipote.card;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;

/**
 * Reads JSON into a tree: strict UTF-8, no duplicate keys, whole numbers of any size exact, fractions with all their
 * digits. Built by hand on the streaming parser, as an object mapper would cost a large part of the command line's start.
 */
public final class CardJson {
    /** Lists and objects within each other, at most; upstream's reader has the same bound. */
    public static final int MAX_DEPTH = 127;

    private static final JsonFactory STRICT =
            factory().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private CardJson() {}

    /** A factory for parsers of UTF-8 with this class's bounds, without its search for duplicate keys. */
    public static JsonFactoryBuilder factory() {
        JsonFactoryBuilder builder = new JsonFactoryBuilder();
        builder.disable(JsonFactory.Feature.CHARSET_DETECTION);
        builder.streamReadConstraints(
                StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build());
        return builder;
    }

    /**
     * @param text one JSON value with nothing but white space around it
     * @throws CardSyntaxException if it is not, with line and column
     */
    public static JsonNode parse(byte[] text) {
        Utf8.require(text);
        try (JsonParser parser = STRICT.createParser(text)) {
            if (parser.nextToken() == null) {
                throw syntax(parser, "nothing there");
            }
            JsonNode node = value(parser);
            if (parser.nextToken() != null) {
                throw syntax(parser, "more text after the end");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw syntax(e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    /** A parser's complaint as ours. */
    public static CardSyntaxException syntax(JsonProcessingException fault) {
        JsonLocation place = fault.getLocation() == null ? JsonLocation.NA : fault.getLocation();
        return new CardSyntaxException(
                Math.max(0, place.getLineNr()), Math.max(0, place.getColumnNr()), reason(fault), fault);
    }

    /** Its words, but for where it read from: that is always memory. */
    private static String reason(JsonProcessingException fault) {
        return fault.getOriginalMessage()
                .replaceAll(
                        "\\(start marker at \\[Source: .*?; line: (\\d+), column: (\\d+)\\]\\)",
                        "(it begins in line $1, column $2)");
    }

    /** A complaint at the place of the parser's current token. */
    public static CardSyntaxException syntax(JsonParser parser, String reason) {
        JsonLocation place = parser.currentTokenLocation();
        return new CardSyntaxException(Math.max(0, place.getLineNr()), Math.max(0, place.getColumnNr()), reason, null);
    }

    private static JsonNode value(JsonParser parser) throws IOException {
        switch (parser.currentToken()) {
            case START_OBJECT:
                return object(parser);
            case START_ARRAY:
                return list(parser);
            case VALUE_STRING:
                return NODES.textNode(text(parser));
            case VALUE_NUMBER_INT:
                return integer(parser);
            case VALUE_NUMBER_FLOAT:
                return fraction(parser);
            case VALUE_TRUE:
                return NODES.booleanNode(true);
            case VALUE_FALSE:
                return NODES.booleanNode(false);
            default:
                return NODES.nullNode();
        }
    }

    private static JsonNode object(JsonParser parser) throws IOException {
        ObjectNode object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = text(parser);
            parser.nextToken();
            object.set(key, value(parser));
        }
        return object;
    }

    private static JsonNode list(JsonParser parser) throws IOException {
        ArrayNode list = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(value(parser));
        }
        return list;
    }

    private static String text(JsonParser parser) throws IOException {
        String text = parser.getText();
        if (!Utf8.hasForm(text)) {
            throw syntax(parser, "an escape that is half a character");
        }
        return text;
    }

    private static JsonNode integer(JsonParser parser) throws IOException {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? NODES.numberNode(parser.getBigIntegerValue())
                : NODES.numberNode(parser.getLongValue());
    }

    private static JsonNode fraction(JsonParser parser) throws IOException {
        BigDecimal value = parser.getDecimalValue();
        // A decimal has no negative zero.
        return value.signum() == 0 && parser.getText().charAt(0) == '-'
                ? NODES.numberNode(-0.0)
                : NODES.numberNode(value);
    }
}
