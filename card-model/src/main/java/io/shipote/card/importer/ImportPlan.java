package io.shipote.card.importer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ImportedEntry;
import java.util.List;
import java.util.Map;

/**
 * A snapshot of this or another program in our terms, as {@code ImportSnapshot} takes it. A workspace without an id, or a
 * command without one, gets a new one there.
 *
 * @param format {@code shipote}, {@code runpm} or {@code zinit}
 * @param version of that format
 * @param refused what cannot come, and why
 * @param notes by name of the command: what of it was changed
 */
public record ImportPlan(
        String format,
        long version,
        List<ObjectNode> workspaces,
        List<ObjectNode> savedPipelines,
        List<ObjectNode> livePipelines,
        List<ImportedEntry> refused,
        Map<String, List<String>> notes) {
    public ImportPlan {
        workspaces = List.copyOf(workspaces);
        savedPipelines = List.copyOf(savedPipelines);
        livePipelines = List.copyOf(livePipelines);
        refused = List.copyOf(refused);
        notes = Map.copyOf(notes);
    }
}
