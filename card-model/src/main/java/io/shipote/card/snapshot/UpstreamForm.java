package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardText;
import io.shipote.card.Problem;
import io.shipote.card.Shape;
import io.shipote.card.WorkspaceId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A snapshot with nothing of our own in it, in version 4: what upstream itself would have written.
 *
 * @param leftOut what upstream has no place for, or could not read, one sentence each
 */
public record UpstreamForm(RawSnapshot snapshot, List<String> leftOut) {
    public UpstreamForm {
        leftOut = List.copyOf(leftOut);
    }

    /** Entries keep their dialect and order; those that were not understood would make upstream refuse the whole file. */
    public static UpstreamForm of(Snapshot snapshot) {
        List<String> leftOut = new ArrayList<>();
        for (Problem problem : snapshot.problems()) {
            leftOut.add("an entry that is not understood: " + problem);
        }
        List<byte[]> workspaces = new ArrayList<>();
        Set<WorkspaceId> deleting = new HashSet<>();
        for (WorkspaceEntry entry : snapshot.goodWorkspaces()) {
            ObjectNode tree = entry.tree();
            JsonNode own = tree.path(Shape.OWN_KEY);
            if (own.path("state").asText().equals("deleting")) {
                deleting.add(entry.id());
                leftOut.add("workspace '" + entry.spec().label() + "', which is being deleted");
                continue;
            }
            if (!own.path("commands").isEmpty()) {
                leftOut.add(own.path("commands").size() + " declared commands of workspace '"
                        + entry.spec().label() + "'");
            }
            workspaces.add(bare(tree));
        }
        List<byte[]> saved = new ArrayList<>();
        for (SavedPipeline entry : snapshot.goodSavedPipelines()) {
            saved.add(bare(entry.tree()));
        }
        List<byte[]> live = new ArrayList<>();
        for (LivePipeline entry : snapshot.goodLivePipelines()) {
            if (!deleting.contains(entry.workspace())) {
                live.add(bare(entry.tree()));
            }
        }
        return new UpstreamForm(
                new RawSnapshot(
                        SnapshotLayout.VERSION,
                        snapshot.timestampMs(),
                        workspaces,
                        Optional.of(saved),
                        Optional.of(live),
                        snapshot.unknown(),
                        Optional.empty()),
                leftOut);
    }

    private static byte[] bare(JsonNode tree) {
        return CardText.prettyBytes(stripped(tree), SnapshotLayout.ENTRY_DEPTH);
    }

    private static JsonNode stripped(JsonNode node) {
        if (node.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode(node.size());
            for (JsonNode element : node) {
                copy.add(stripped(element));
            }
            return copy;
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!field.getKey().equals(Shape.OWN_KEY) || !field.getValue().isObject()) {
                copy.set(field.getKey(), stripped(field.getValue()));
            }
        }
        return copy;
    }
}
