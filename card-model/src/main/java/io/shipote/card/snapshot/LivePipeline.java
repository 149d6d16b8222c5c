package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardText;
import io.shipote.card.FieldReader;
import io.shipote.card.FieldWriter;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import io.shipote.card.Shape;
import io.shipote.card.WorkspaceId;

/**
 * A supervised pipeline that runs, in a snapshot.
 *
 * @param tap whether its edges can be listened to
 */
public record LivePipeline(WorkspaceId workspace, PipelineSpec spec, boolean tap, Shape shape) {
    public static LivePipeline decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        return new LivePipeline(
                in.workspaceId("workspace"),
                PipelineSpec.decode(in.required("spec"), in.at("spec"), problems),
                in.flag("tap"),
                in.shape());
    }

    /**
     * @throws io.shipote.card.CardSyntaxException if it is no JSON
     * @throws io.shipote.card.wire.ShipoteException INVALID_SPEC if it is no live pipeline
     */
    public static LivePipeline decode(byte[] entry) {
        Problems problems = new Problems();
        LivePipeline decoded = decode(CardJson.parse(entry), "", problems);
        problems.throwIfAny("the live pipeline");
        return decoded;
    }

    public ObjectNode tree() {
        return new FieldWriter(shape)
                .put("workspace", workspace.text())
                .put("spec", spec.encode())
                .put("tap", tap)
                .end();
    }

    /** The entry's text at its final indentation. */
    public byte[] encode() {
        return CardText.prettyBytes(tree(), SnapshotLayout.ENTRY_DEPTH);
    }
}
