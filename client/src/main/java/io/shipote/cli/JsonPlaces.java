package io.shipote.cli;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.shipote.card.CardJson;
import io.shipote.card.Problems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;

/** Where each value of a JSON text stands, by its path as {@link Problems} writes it. */
final class JsonPlaces {
    private final JsonParser parser;
    private final Map<String, SpecFile.Place> places = new HashMap<>();

    private JsonPlaces(JsonParser parser) {
        this.parser = parser;
    }

    /** @param text JSON that was parsed without error */
    static Map<String, SpecFile.Place> of(byte[] text) {
        try (JsonParser parser = CardJson.factory().build().createParser(text)) {
            JsonPlaces found = new JsonPlaces(parser);
            parser.nextToken();
            found.value("");
            return found.places;
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory", e);
        }
    }

    private void value(String path) throws IOException {
        JsonLocation at = parser.currentTokenLocation();
        places.put(path, new SpecFile.Place(at.getLineNr(), at.getColumnNr()));
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                value(Problems.child(path, key));
            }
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                value(Problems.child(path, i));
            }
        }
    }
}
