package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardSyntaxException;
import io.shipote.card.CardText;
import io.shipote.card.EnvValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A snapshot to be shown: without the values of environments. Entries that have none are the same bytes.
 *
 * @param changed how many entries are not what they were
 * @param leftOut the entries of which it cannot be told what in them is secret, one sentence each
 */
public record HiddenForm(RawSnapshot snapshot, int changed, List<String> leftOut) {
    public HiddenForm {
        leftOut = List.copyOf(leftOut);
    }

    public static HiddenForm of(RawSnapshot snapshot) {
        Hiding hiding = new Hiding();
        Map<String, JsonNode> unknown = new LinkedHashMap<>();
        snapshot.unknown().forEach((key, value) -> unknown.put(key, EnvValues.hidden(key, value)));
        RawSnapshot hidden = new RawSnapshot(
                snapshot.version(),
                snapshot.timestampMs(),
                hiding.list("workspaces", Optional.of(snapshot.workspaces())).orElse(List.of()),
                hiding.list("saved_pipelines", snapshot.savedPipelines()),
                hiding.list("live_pipelines", snapshot.livePipelines()),
                unknown,
                snapshot.shipote().map(EnvValues::hidden));
        return new HiddenForm(hidden, hiding.changed, hiding.leftOut);
    }

    private static final class Hiding {
        private final List<String> leftOut = new ArrayList<>();
        private int changed;

        private Optional<List<byte[]>> list(String section, Optional<List<byte[]>> entries) {
            if (entries.isEmpty()) {
                return entries;
            }
            List<byte[]> shown = new ArrayList<>();
            for (byte[] entry : entries.get()) {
                try {
                    shown.add(entry(entry));
                } catch (CardSyntaxException e) {
                    leftOut.add("an entry of " + section + " that is not understood: " + e.getMessage());
                }
            }
            return Optional.of(shown);
        }

        private byte[] entry(byte[] entry) {
            JsonNode tree = CardJson.parse(entry);
            JsonNode hidden = EnvValues.hidden("", tree);
            if (hidden.equals(tree)) {
                return entry;
            }
            changed++;
            return CardText.prettyBytes(hidden, SnapshotLayout.ENTRY_DEPTH);
        }
    }
}
