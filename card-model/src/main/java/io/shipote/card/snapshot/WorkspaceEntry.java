package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardText;
import io.shipote.card.FieldReader;
import io.shipote.card.FieldWriter;
import io.shipote.card.Problems;
import io.shipote.card.Shape;
import io.shipote.card.StatsSample;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * A workspace in a snapshot.
 *
 * @param statsHistory the last samples, oldest first; upstream writes at most {@value #HISTORY_MAX}
 */
public record WorkspaceEntry(WorkspaceId id, WorkspaceSpec spec, List<StatsSample> statsHistory, Shape shape) {
    /** Samples in a file; a writer keeps to it, a reader takes what is there. */
    public static final int HISTORY_MAX = 16;

    public WorkspaceEntry {
        statsHistory = List.copyOf(statsHistory);
    }

    public static WorkspaceEntry decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        WorkspaceId id = in.workspaceId("id");
        WorkspaceSpec spec = WorkspaceSpec.decode(in.required("spec"), in.at("spec"), problems);
        List<StatsSample> history = new ArrayList<>();
        for (JsonNode sample : in.optionalList("stats_history")) {
            history.add(StatsSample.decode(sample, Problems.child(in.at("stats_history"), history.size()), problems));
        }
        return new WorkspaceEntry(id, spec, history, in.shape());
    }

    /**
     * @throws io.shipote.card.CardSyntaxException if it is no JSON
     * @throws io.shipote.card.wire.ShipoteException INVALID_SPEC if it is no workspace
     */
    public static WorkspaceEntry decode(byte[] entry) {
        Problems problems = new Problems();
        WorkspaceEntry decoded = decode(CardJson.parse(entry), "", problems);
        problems.throwIfAny("the workspace entry");
        return decoded;
    }

    public ObjectNode tree() {
        ArrayNode history = JsonNodeFactory.instance.arrayNode();
        for (StatsSample sample : statsHistory) {
            history.add(sample.encode());
        }
        return new FieldWriter(shape)
                .put("id", id.text())
                .put("spec", spec.encode())
                .put("stats_history", history, statsHistory.isEmpty())
                .end();
    }

    /** The entry's text at its final indentation. */
    public byte[] encode() {
        return CardText.prettyBytes(tree(), SnapshotLayout.ENTRY_DEPTH);
    }
}
