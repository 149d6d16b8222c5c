package io.shipote.card.snapshot;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardSyntaxException;
import io.shipote.card.CardText;
import io.shipote.card.Shape;
import io.shipote.card.U64;
import io.shipote.card.Utf8;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One reading of a snapshot's outer form. */
final class LayoutReader {
    // Duplicate keys within an entry are that entry's fault and found when it is decoded.
    private static final JsonFactory PARSERS = CardJson.factory().build();

    private final byte[] file;
    private final Set<String> seen = new HashSet<>();
    private final Map<String, JsonNode> unknown = new LinkedHashMap<>();
    private Optional<BigInteger> version = Optional.empty();
    private Optional<U64> timestampMs = Optional.empty();
    private Optional<List<byte[]>> workspaces = Optional.empty();
    private Optional<List<byte[]>> saved = Optional.empty();
    private Optional<List<byte[]>> live = Optional.empty();
    private Optional<ObjectNode> own = Optional.empty();
    // Told only when the version is known: a newer file may well have other types.
    private Optional<CardSyntaxException> wrongType = Optional.empty();

    LayoutReader(byte[] file) {
        this.file = file;
    }

    RawSnapshot read() {
        try {
            Utf8.require(file);
            try (JsonParser parser = PARSERS.createParser(file)) {
                root(parser);
            }
        } catch (CardSyntaxException e) {
            throw unreadable(e);
        } catch (JsonProcessingException e) {
            throw unreadable(CardJson.syntax(e));
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
        if (version.isPresent() && version.get().compareTo(BigInteger.valueOf(SnapshotLayout.VERSION)) > 0) {
            String message = "is of version " + version.get() + ", newer than " + SnapshotLayout.VERSION
                    + ", the newest that can be read";
            throw new SnapshotException(SnapshotException.Kind.NEWER, 0, 0, message, null);
        }
        if (wrongType.isPresent()) {
            throw unreadable(wrongType.get());
        }
        if (version.isEmpty() || timestampMs.isEmpty() || workspaces.isEmpty()) {
            String key = version.isEmpty() ? "version" : timestampMs.isEmpty() ? "timestamp_ms" : "workspaces";
            throw unreadable(Utf8.fault(file, file.length, "the key \"" + key + "\" is missing"));
        }
        return new RawSnapshot(
                version.get().longValueExact(), timestampMs.get(), workspaces.get(), saved, live, unknown, own);
    }

    private static SnapshotException unreadable(CardSyntaxException fault) {
        return new SnapshotException(
                SnapshotException.Kind.UNREADABLE, fault.line(), fault.column(), fault.getMessage(), fault);
    }

    private void root(JsonParser parser) throws IOException {
        JsonToken first = parser.nextToken();
        if (first != JsonToken.START_OBJECT) {
            throw CardJson.syntax(parser, first == null ? "the file is empty" : "a snapshot is an object");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            if (!seen.add(key)) {
                throw CardJson.syntax(parser, "the key " + CardText.quoted(key) + " stands there twice");
            }
            parser.nextToken();
            field(key, parser);
        }
        if (parser.nextToken() != null) {
            throw CardJson.syntax(parser, "more text after the end");
        }
    }

    private void field(String key, JsonParser parser) throws IOException {
        switch (key) {
            case "version":
                version = number(key, parser);
                break;
            case "timestamp_ms":
                Optional<BigInteger> time = number(key, parser);
                timestampMs = time.isEmpty() || time.get().bitLength() > Long.SIZE
                        ? Optional.empty()
                        : Optional.of(U64.of(time.get()));
                break;
            case "workspaces":
                workspaces = entries(key, parser);
                break;
            case "saved_pipelines":
                saved = entries(key, parser);
                break;
            case "live_pipelines":
                live = entries(key, parser);
                break;
            default:
                JsonNode value = tree(key, parser);
                if (!key.equals(Shape.OWN_KEY)) {
                    unknown.put(key, value);
                } else if (value instanceof ObjectNode) {
                    own = Optional.of((ObjectNode) value);
                } else {
                    wrongType(parser, key + " must be an object");
                }
        }
    }

    private Optional<BigInteger> number(String key, JsonParser parser) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            BigInteger value = parser.getBigIntegerValue();
            if (value.signum() >= 0 && (key.equals("version") || value.bitLength() <= Long.SIZE)) {
                return Optional.of(value);
            }
        }
        wrongType(parser, key + " must be a whole number that is not negative");
        parser.skipChildren();
        return Optional.empty();
    }

    private Optional<List<byte[]>> entries(String key, JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            wrongType(parser, key + " must be a list");
            parser.skipChildren();
            return Optional.empty();
        }
        List<byte[]> entries = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            entries.add(slice(parser));
        }
        return Optional.of(entries);
    }

    private JsonNode tree(String key, JsonParser parser) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        try {
            return CardJson.parse(slice(parser));
        } catch (CardSyntaxException e) {
            throw Utf8.fault(file, start, "in the value of " + CardText.quoted(key) + ", its " + e.getMessage());
        }
    }

    private void wrongType(JsonParser parser, String reason) {
        if (wrongType.isEmpty()) {
            wrongType = Optional.of(CardJson.syntax(parser, reason));
        }
    }

    /** The bytes of the current value, which is checked to its end. */
    private byte[] slice(JsonParser parser) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getByteOffset();
        return Arrays.copyOfRange(file, start, end);
    }
}
