package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.wire.Discernment;
import io.shipote.card.wire.EdgeVerdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is kept of verdicts. */
final class EdgeVerdictsTest {
    private static EdgeVerdict verdict(Optional<String> encoding) {
        ObjectNode type = JsonNodeFactory.instance.objectNode();
        type.putObject("primitive").put("name", "csv");
        return new EdgeVerdict(
                new Discernment("text/csv", 0.75, encoding, "csv", type, "2 columns, separated by ','"), 15, true);
    }

    @Test
    void whatIsKeptIsReadAgain() {
        List<Optional<EdgeVerdict>> all = List.of(
                Optional.of(verdict(Optional.of("UTF-8"))), Optional.empty(), Optional.of(verdict(Optional.empty())));
        byte[] text = VerdictText.encode(all).toString().getBytes(StandardCharsets.UTF_8);
        assertEquals(all, VerdictText.decode((ArrayNode) CardJson.parse(text)));
    }

    @Test
    void whatAnotherVersionHasWrittenDecidesNothing() {
        String text = "[null, 3, {}, {\"media_type\": 1}, {\"media_type\": \"a/b\", \"structure\": \"x\"}]";
        assertEquals(
                List.of(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                VerdictText.decode((ArrayNode) CardJson.parse(text.getBytes(StandardCharsets.UTF_8))));
    }

    /** A stage that is started anew has a new record, and what its bytes seem to be may not change any more. */
    @Test
    void whatIsKnownIsKeptAgainForTheNextRecord() {
        List<ArrayNode> kept = new ArrayList<>();
        EdgeVerdicts verdicts = new EdgeVerdicts((samples, answer) -> {}, 1, kept::add);
        verdicts.keepAgain();
        assertEquals(List.of(), kept);
        ArrayNode before = VerdictText.encode(List.of(Optional.of(verdict(Optional.empty()))));
        verdicts.recall(before);
        verdicts.keepAgain();
        assertEquals(List.of(before), kept);
    }
}
