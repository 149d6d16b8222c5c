package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.U64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A snapshot cut into its entries, none of which was looked into.
 *
 * @param version of the format, 0 to 4
 * @param timestampMs when it was written, in milliseconds since 1970
 * @param workspaces each entry's bytes as they stand in the file; the arrays must not be changed
 * @param savedPipelines likewise; empty if the key is absent
 * @param livePipelines likewise; empty if the key is absent
 * @param unknown keys we do not know, in the file's order
 * @param shipote our own data
 */
public record RawSnapshot(
        long version,
        U64 timestampMs,
        List<byte[]> workspaces,
        Optional<List<byte[]>> savedPipelines,
        Optional<List<byte[]>> livePipelines,
        Map<String, JsonNode> unknown,
        Optional<ObjectNode> shipote) {
    public RawSnapshot {
        workspaces = List.copyOf(workspaces);
        if (savedPipelines.isPresent()) {
            savedPipelines = Optional.of(List.copyOf(savedPipelines.get()));
        }
        if (livePipelines.isPresent()) {
            livePipelines = Optional.of(List.copyOf(livePipelines.get()));
        }
        unknown = unknown.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(unknown));
        if (shipote.isPresent() && shipote.get().isEmpty()) {
            shipote = Optional.empty();
        }
    }

    /** The same in version 4, which has all lists. */
    public RawSnapshot inVersion4() {
        return new RawSnapshot(
                SnapshotLayout.VERSION,
                timestampMs,
                workspaces,
                savedPipelines.isPresent() ? savedPipelines : Optional.of(List.of()),
                livePipelines.isPresent() ? livePipelines : Optional.of(List.of()),
                unknown,
                shipote);
    }
}
