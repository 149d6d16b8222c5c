package io.shipote.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.Discernment;
import io.shipote.card.wire.EdgeVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The verdicts of edges as a run record keeps them: in the order of the edges, null for an edge without. */
final class VerdictText {
    private VerdictText() {}

    static ArrayNode encode(List<Optional<EdgeVerdict>> verdicts) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        verdicts.forEach(one -> one.ifPresentOrElse(verdict -> all.add(encode(verdict)), all::addNull));
        return all;
    }

    private static ObjectNode encode(EdgeVerdict verdict) {
        Discernment seen = verdict.discernment();
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put("media_type", seen.mediaType())
                .put("confidence", seen.confidence());
        seen.encoding().ifPresent(name -> node.put("encoding", name));
        node.put("structure", seen.structure());
        node.set("type", seen.type());
        return node.put("why", seen.why()).put("bytes", verdict.bytes()).put("sampled", verdict.sampled());
    }

    /** What cannot be read is left out: another version has written it, and it decides nothing. */
    static List<Optional<EdgeVerdict>> decode(ArrayNode all) {
        List<Optional<EdgeVerdict>> verdicts = new ArrayList<>();
        all.forEach(one -> verdicts.add(
                one.path("media_type").isTextual()
                                && one.path("structure").isTextual()
                                && one.path("type").isObject()
                        ? Optional.of(decode(one))
                        : Optional.empty()));
        return verdicts;
    }

    private static EdgeVerdict decode(JsonNode one) {
        return new EdgeVerdict(
                new Discernment(
                        one.path("media_type").asText(),
                        one.path("confidence").asDouble(),
                        Optional.ofNullable(one.get("encoding")).map(JsonNode::asText),
                        one.path("structure").asText(),
                        (ObjectNode) one.path("type"),
                        one.path("why").asText()),
                one.path("bytes").asLong(),
                one.path("sampled").asBoolean());
    }
}
