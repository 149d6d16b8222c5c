package io.shipote.daemon.it;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What stands in the file of a run's record. */
final class RecordText {
    private RecordText() {}

    /** The last document, which is the one that counts. */
    static ObjectNode last(Path file) throws IOException {
        String text = Files.readString(file);
        String last = text.substring(Math.max(0, text.lastIndexOf("\n{")));
        return (ObjectNode) CardJson.parse(last.getBytes(StandardCharsets.UTF_8));
    }
}
