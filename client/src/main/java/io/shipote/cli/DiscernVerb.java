package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/** {@code discern}: what the bytes of a file, or of standard input, seem to be. */
final class DiscernVerb implements Verb {
    /** More than this is not looked at. */
    private static final int SAMPLE_BYTES = 64 << 10;

    @Override
    public String summary() {
        return "tell the type, encoding and structure of a file; - is standard input";
    }

    @Override
    public String arguments() {
        return "PATH|-";
    }

    @Override
    public int run(Invocation in) {
        String path = in.only("PATH|-");
        byte[] head = head(path);
        boolean whole = head.length <= SAMPLE_BYTES;
        byte[] sample = whole ? head : Arrays.copyOf(head, SAMPLE_BYTES);
        ObjectNode parameters = Invocation.parameters()
                .put("data", Base64.getEncoder().encodeToString(sample))
                .put("whole", whole);
        if (!path.equals("-")) {
            parameters.put("name", Path.of(path).getFileName().toString());
        }
        ObjectNode reply = in.call("Discern", parameters);
        if (in.json()) {
            in.printJson(reply);
            return 0;
        }
        JsonNode seen = reply.path("discernment");
        Facts facts = new Facts()
                .put("media type", Replies.text(seen, "media_type"))
                .put("confidence", String.format("%.2f", seen.path("confidence").asDouble()))
                .put("structure", Replies.text(seen, "structure"));
        if (seen.hasNonNull("encoding")) {
            facts.put("encoding", Replies.text(seen, "encoding"));
        }
        facts.put("type", type(seen.path("type"))).put("why", Replies.text(seen, "why"));
        in.console().text(facts.text());
        return 0;
    }

    /** One byte more than counts tells whether there is more. */
    private static byte[] head(String path) {
        try (InputStream in = path.equals("-") ? System.in : Files.newInputStream(Path.of(path))) {
            return in.readNBytes(SAMPLE_BYTES + 1);
        } catch (InvalidPathException e) {
            throw new UsageException("discern: not a path: " + path);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + (path.equals("-") ? "standard input" : path), e);
        }
    }

    /** As in {@code package/name}, or the name alone. */
    private static String type(JsonNode type) {
        JsonNode wit = type.path("wit");
        return wit.isObject()
                ? wit.path("package").asText() + "/" + wit.path("name").asText()
                : type.at("/primitive/name").asText();
    }
}
