package io.shipote.pipeline.discern;

import io.shipote.card.wire.Discernment;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MimeTypes;
import org.apache.tika.parser.ParseContext;

/**
 * Tells what bytes are: by magic numbers and names (Apache Tika), by their encoding, and by whether they can be read as one
 * of the structures that flow between commands. A sample may be cut anywhere.
 *
 * <p>Immutable; for any thread that may take its time: the first call reads Tika's table of types (a quarter of a second).
 */
public final class Discern {
    private static final List<Format> FORMATS = List.of(new JsonFormat(), new TomlFormat(), new TableFormat());
    private static final double MAGIC = 0.99;
    private static final double GUESSED_ENCODING = 0.8;

    /** @param name of the file, which decides only between kinds of text */
    public Discernment look(Sample asked, Optional<String> name) {
        Sample sample = asked.bounded();
        if (sample.bytes().length == 0) {
            return verdict("application/x-empty", 1, Optional.empty(), "empty", Kind.plain("empty"), "no bytes");
        }
        MediaType magic = tika(sample.bytes(), Optional.empty());
        Optional<Text> text = Text.of(sample);
        if (text.isEmpty()) {
            return binary(magic);
        }
        Text seen = text.get();
        Optional<Format.Guess> best = best(seen);
        if (best.isPresent()) {
            Format.Guess guess = best.get();
            double confidence = seen.certain() ? guess.confidence() : guess.confidence() * GUESSED_ENCODING;
            return verdict(
                    guess.mediaType(),
                    confidence,
                    Optional.of(seen.encoding()),
                    guess.structure(),
                    guess.kind(),
                    guess.why());
        }
        return plain(seen, magic, name);
    }

    private static Optional<Format.Guess> best(Text text) {
        Optional<Format.Guess> best = Optional.empty();
        for (Format format : FORMATS) {
            Optional<Format.Guess> guess = format.look(text);
            if (guess.isPresent()
                    && (best.isEmpty() || guess.get().confidence() > best.get().confidence())) {
                best = guess;
            }
        }
        return best;
    }

    private static Discernment binary(MediaType magic) {
        boolean known = !magic.equals(MediaType.OCTET_STREAM) && !magic.equals(MediaType.TEXT_PLAIN);
        MediaType type = known ? magic : MediaType.OCTET_STREAM;
        return verdict(
                type.toString(),
                known ? MAGIC : 0.5,
                Optional.empty(),
                "binary",
                Kind.plain(known ? type.getSubtype() : "bytes"),
                known ? "its first bytes" : "no text, and no known first bytes");
    }

    private Discernment plain(Text text, MediaType magic, Optional<String> name) {
        boolean xml = magic.getSubtype().endsWith("xml") || magic.getSubtype().equals("html");
        boolean known = !magic.equals(MediaType.TEXT_PLAIN) && !magic.equals(MediaType.OCTET_STREAM);
        MediaType named = known ? magic : tika(text.text().getBytes(java.nio.charset.StandardCharsets.UTF_8), name);
        boolean byName = !known && named.getType().equals("text") && !named.equals(MediaType.TEXT_PLAIN);
        MediaType type = known || byName ? named : MediaType.TEXT_PLAIN;
        return verdict(
                type.toString(),
                known ? 0.9 : text.certain() ? 0.7 : 0.5,
                Optional.of(text.encoding()),
                xml ? "xml" : "text",
                Kind.plain(xml ? "xml" : "text"),
                known ? "how it begins" : byName ? "text, and its name" : "text without a structure that is known");
    }

    private static MediaType tika(byte[] bytes, Optional<String> name) {
        Metadata metadata = new Metadata();
        name.ifPresent(n -> metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, n));
        try (TikaInputStream in = TikaInputStream.get(bytes)) {
            return MimeTypes.getDefaultMimeTypes()
                    .detect(in, metadata, new ParseContext())
                    .getBaseType();
        } catch (IOException e) {
            // It reads from memory.
            throw new UncheckedIOException(e);
        }
    }

    private static Discernment verdict(
            String type, double confidence, Optional<String> encoding, String structure, Kind kind, String why) {
        return new Discernment(type, Math.round(confidence * 100) / 100.0, encoding, structure, kind.encode(), why);
    }
}
