package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardSyntaxException;
import io.shipote.card.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What differs between two snapshots, entry by entry. Entries are matched by what names them, not by their place; stats,
 * the version and the time of the writing do not count. Entries that cannot be understood are compared all the same.
 */
public final class SnapshotChanges {
    private static final Set<String> NOT_COUNTED = Set.of("stats_history");

    private final List<Change> changes = new ArrayList<>();

    private SnapshotChanges() {}

    /** What became of an entry. */
    public enum Kind {
        ADDED("added", '+'),
        REMOVED("removed", '-'),
        CHANGED("changed", '~');

        private final String word;
        private final char sign;

        Kind(String word, char sign) {
            this.word = word;
            this.sign = sign;
        }

        public String word() {
            return word;
        }

        public char sign() {
            return sign;
        }
    }

    /**
     * An entry that differs.
     *
     * @param section the list's key in the file; {@code root} for what stands beside the lists
     * @param key what names it there
     * @param label its spec's label; empty if it has none
     * @param differences where it differs; none if it was added or removed
     */
    public record Change(Kind kind, String section, String key, String label, List<Difference> differences) {
        public Change {
            differences = List.copyOf(differences);
        }
    }

    /** The changes that make the second of the first, section by section. */
    public static List<Change> between(RawSnapshot before, RawSnapshot after) {
        SnapshotChanges diff = new SnapshotChanges();
        diff.section("workspaces", before.workspaces(), after.workspaces());
        diff.section(
                "saved_pipelines",
                before.savedPipelines().orElse(List.of()),
                after.savedPipelines().orElse(List.of()));
        diff.section(
                "live_pipelines",
                before.livePipelines().orElse(List.of()),
                after.livePipelines().orElse(List.of()));
        diff.changed("root", "", root(before), root(after));
        return diff.changes;
    }

    private void section(String section, List<byte[]> before, List<byte[]> after) {
        Map<String, JsonNode> old = named(section, before);
        Map<String, JsonNode> now = named(section, after);
        for (Map.Entry<String, JsonNode> entry : old.entrySet()) {
            JsonNode later = now.get(entry.getKey());
            if (later == null) {
                changes.add(change(Kind.REMOVED, section, entry.getKey(), entry.getValue(), List.of()));
            } else {
                changed(section, entry.getKey(), entry.getValue(), later);
            }
        }
        for (Map.Entry<String, JsonNode> entry : now.entrySet()) {
            if (!old.containsKey(entry.getKey())) {
                changes.add(change(Kind.ADDED, section, entry.getKey(), entry.getValue(), List.of()));
            }
        }
    }

    private void changed(String section, String key, JsonNode before, JsonNode after) {
        List<Difference> differences = TreeDiff.between(before, after, NOT_COUNTED);
        if (!differences.isEmpty()) {
            changes.add(change(Kind.CHANGED, section, key, after, differences));
        }
    }

    private static Change change(Kind kind, String section, String key, JsonNode entry, List<Difference> differences) {
        return new Change(kind, section, key, entry.path("spec").path("label").asText(), differences);
    }

    /** The entries by name; the second of two of one name, and what has none, get their place too. */
    private static Map<String, JsonNode> named(String section, List<byte[]> entries) {
        Map<String, JsonNode> named = new LinkedHashMap<>();
        int index = 0;
        for (byte[] bytes : entries) {
            JsonNode entry = tree(bytes);
            String name = name(section, entry);
            named.put(name.isEmpty() || named.containsKey(name) ? name + "#" + index : name, entry);
            index++;
        }
        return named;
    }

    private static String name(String section, JsonNode entry) {
        switch (section) {
            case "workspaces":
                return entry.path("id").asText();
            case "saved_pipelines":
                return entry.path("name").asText();
            default:
                // Upstream gives a live pipeline no id.
                String id = entry.path(Shape.OWN_KEY).path("id").asText();
                String label = entry.path("spec").path("label").asText();
                return id.isEmpty() ? entry.path("workspace").asText() + "/" + label : id;
        }
    }

    private static JsonNode tree(byte[] entry) {
        try {
            return CardJson.parse(entry);
        } catch (CardSyntaxException e) {
            // Twice the same key: what in it is secret cannot be told, so it is compared as a whole and not shown.
            return TextNode.valueOf("<not understood: " + entry.length + " bytes, "
                    + Integer.toHexString(Arrays.hashCode(entry)) + ">");
        }
    }

    private static ObjectNode root(RawSnapshot snapshot) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.setAll(snapshot.unknown());
        if (snapshot.shipote().isPresent()) {
            root.set(Shape.OWN_KEY, snapshot.shipote().get());
        }
        return root;
    }
}
