package io.shipote.pipeline.discern;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** JSON (RFC 8259), JSON lines, and the JSON of cards; a document that a cut has halved counts as far as it goes. */
final class JsonFormat implements Format {
    /** Tokens that are needed to know a document by its beginning. */
    private static final int LEAST_INNER = 3;

    private final JsonFactory factory = new JsonFactory();

    /** What was read until the text or its sense ended. */
    private static final class Reading {
        private final Set<String> keys = new HashSet<>();
        private int documents;
        private int inner;
        private boolean cut;
        /** It ends where a document would go on. */
        private boolean open;

        private boolean container;
        private boolean separated = true;
    }

    @Override
    public Optional<Guess> look(Text text) {
        String trimmed = text.text().stripLeading();
        if (trimmed.isEmpty() || "{[".indexOf(trimmed.charAt(0)) < 0) {
            return Optional.empty();
        }
        Optional<Reading> read = read(trimmed);
        if (read.isEmpty() || !read.get().cut || !text.whole()) {
            return read.map(JsonFormat::guess);
        }
        // Nothing follows, and yet it is not all there: what has lost its end on its way is still of its kind.
        return read.filter(reading -> reading.open && reading.inner >= LEAST_INNER)
                .map(reading -> guess(reading).unfinished());
    }

    private Optional<Reading> read(String text) {
        Reading reading = new Reading();
        try (JsonParser parser = factory.createParser(text)) {
            long end = 0;
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (depth == 0) {
                    long begin = parser.currentTokenLocation().getCharOffset();
                    reading.separated &= reading.documents == 0
                            || text.substring((int) end, (int) begin).indexOf('\n') >= 0;
                    reading.container = token.isStructStart();
                    if (!reading.container) {
                        return Optional.empty();
                    }
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                reading.inner++;
                if (depth == 1 && token == JsonToken.FIELD_NAME && reading.documents == 0) {
                    reading.keys.add(parser.currentName());
                }
                if (depth == 0) {
                    reading.documents++;
                    end = parser.currentLocation().getCharOffset();
                }
            }
            return Optional.of(reading);
        } catch (JsonProcessingException e) {
            // At the end a token is halved, or a bracket is open: the rest was not in the sample.
            // Behind a comma it is no JsonEOFException, but tells the same.
            reading.open =
                    e instanceof JsonEOFException || e.getOriginalMessage().startsWith("Unexpected end-of-input");
            reading.cut = reading.open || e.getLocation().getCharOffset() >= text.length() - 1;
            return reading.cut && reading.inner > 0 ? Optional.of(reading) : Optional.empty();
        } catch (IOException e) {
            // It reads from memory.
            throw new UncheckedIOException(e);
        }
    }

    private static Guess guess(Reading reading) {
        if (reading.documents > 1 || (reading.documents == 1 && reading.cut)) {
            return reading.separated
                    ? new Guess(
                            "application/x-ndjson",
                            0.97,
                            "jsonl",
                            Kind.plain("jsonl"),
                            reading.documents + " JSON documents, one after the other")
                    : new Guess("application/json-seq", 0.8, "json", Kind.plain("json"), "JSON documents in one line");
        }
        Optional<Guess> card = card(reading.keys);
        if (card.isPresent()) {
            return card.get();
        }
        double confidence = reading.cut && reading.inner < LEAST_INNER ? 0.7 : 0.95;
        return new Guess(
                "application/json",
                confidence,
                "json",
                Kind.plain("json"),
                reading.cut ? "the beginning of a JSON document" : "a JSON document");
    }

    private static Optional<Guess> card(Set<String> keys) {
        if (keys.containsAll(Set.of("schema_version", "id", "payload"))) {
            return Optional.of(card(Kind.of("brahman:card", "card"), "a card: schema_version, id and payload"));
        }
        if (keys.containsAll(Set.of("label", "nodes"))) {
            return Optional.of(card(Kind.of("shipote:card", "pipeline"), "a pipeline's spec: label and nodes"));
        }
        if (keys.containsAll(Set.of("label", "soma"))) {
            boolean command = keys.contains("payload");
            return Optional.of(card(
                    Kind.of("shipote:card", command ? "command" : "workspace"),
                    "a spec: label and soma" + (command ? " and payload" : "")));
        }
        return keys.containsAll(Set.of("version", "timestamp_ms", "workspaces"))
                ? Optional.of(card(Kind.of("shipote:card", "snapshot"), "a snapshot: version and workspaces"))
                : Optional.empty();
    }

    private static Guess card(Kind kind, String why) {
        return new Guess("application/json", 0.97, "json", kind, why);
    }
}
