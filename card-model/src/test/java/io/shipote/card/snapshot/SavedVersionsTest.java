package io.shipote.card.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.Cards;
import io.shipote.card.CommandRef;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SavedVersionsTest {
    private static PipelineSpec spec(String label) {
        return PipelineSpec.of(
                label, Cards.WORKSPACE, List.of(CommandRef.nativeCommand("n", "x", List.of())), List.of());
    }

    @Test
    void theLastTenAreKept() {
        SavedVersions versions = SavedVersions.first(spec("v1"), 1);
        for (int i = 2; i <= 25; i++) {
            versions = versions.next(spec("v" + i), i);
            SavedPipeline entry = SavedPipeline.of("p", versions, Shape.NEW);
            versions = SavedPipeline.decode(entry.encode()).versions();
        }
        assertEquals(
                LongStream.rangeClosed(16, 25)
                        .boxed()
                        .sorted((a, b) -> Long.compare(b, a))
                        .toList(),
                versions.newestFirst().stream()
                        .map(SavedVersions.Version::number)
                        .toList());
        assertEquals("v25", versions.newest().spec().label());
        assertEquals("v16", versions.find(16).orElseThrow().spec().label());
        assertEquals(Optional.of(16L), versions.find(16).orElseThrow().savedMs());
        assertEquals(Optional.empty(), versions.find(15));
    }

    @Test
    void anEntryOfAnotherProgramIsVersionOne() {
        SavedPipeline entry = new SavedPipeline("p", spec("a"), Shape.NEW);
        assertEquals(1, entry.versions().newest().number());
        assertEquals(Optional.empty(), entry.versions().newest().savedMs());
        assertEquals(2, entry.versions().next(spec("b"), 5).newest().number());
    }

    @Test
    void otherDataOfOursInTheEntryIsKept() {
        Shape shape =
                Shape.NEW.withShipote((com.fasterxml.jackson.databind.node.ObjectNode) Cards.tree("{'note':'x'}"));
        SavedPipeline entry = SavedPipeline.of("p", SavedVersions.first(spec("a"), 1), shape);
        assertEquals("x", entry.shape().shipote().orElseThrow().path("note").asText());
    }
}
