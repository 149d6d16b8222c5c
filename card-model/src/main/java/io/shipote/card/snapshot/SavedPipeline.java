package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardText;
import io.shipote.card.FieldReader;
import io.shipote.card.FieldWriter;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import io.shipote.card.Shape;

/** A pipeline kept under a name in a snapshot. */
public record SavedPipeline(String name, PipelineSpec spec, Shape shape) {
    public static SavedPipeline decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        return new SavedPipeline(
                in.text("name"), PipelineSpec.decode(in.required("spec"), in.at("spec"), problems), in.shape());
    }

    /**
     * @throws io.shipote.card.CardSyntaxException if it is no JSON
     * @throws io.shipote.card.wire.ShipoteException INVALID_SPEC if it is no saved pipeline
     */
    public static SavedPipeline decode(byte[] entry) {
        Problems problems = new Problems();
        SavedPipeline decoded = decode(CardJson.parse(entry), "", problems);
        problems.throwIfAny("the saved pipeline");
        return decoded;
    }

    /** One of these versions, the newest of which is its spec; {@code shape} is that of the entry it replaces. */
    public static SavedPipeline of(String name, SavedVersions versions, Shape shape) {
        ObjectNode own = shape.shipote().map(ObjectNode::deepCopy).orElseGet(JsonNodeFactory.instance::objectNode);
        return new SavedPipeline(name, versions.newest().spec(), shape.withShipote(versions.into(own)));
    }

    public SavedVersions versions() {
        return SavedVersions.of(this);
    }

    public ObjectNode tree() {
        return new FieldWriter(shape)
                .put("name", name)
                .put("spec", spec.encode())
                .end();
    }

    /** The entry's text at its final indentation. */
    public byte[] encode() {
        return CardText.prettyBytes(tree(), SnapshotLayout.ENTRY_DEPTH);
    }
}
