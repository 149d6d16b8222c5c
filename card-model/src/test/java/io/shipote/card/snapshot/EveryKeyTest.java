package io.shipote.card.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardText;
import io.shipote.card.Cards;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Takes away, adds to and spoils every object of a snapshot in turn. */
class EveryKeyTest {
    // Objects that are a tag and its content: another key there is another form, not a later dialect.
    private static final Set<String> TAGS =
            Set.of("Native", "Legacy", "Wasm", "Restart", "primitive", "wit", "Tmpfs", "Subdir");
    private static final List<String> FILES = List.of("state-v2.json", "state-v4.json");

    private static List<ObjectNode> objects(JsonNode root) {
        List<ObjectNode> found = new ArrayList<>();
        collect(root, found);
        return found;
    }

    private static void collect(JsonNode node, List<ObjectNode> found) {
        if (node instanceof ObjectNode) {
            found.add((ObjectNode) node);
        }
        for (JsonNode child : node) {
            collect(child, found);
        }
    }

    private static boolean isTagged(ObjectNode object) {
        return object.size() == 1 && TAGS.contains(object.fieldNames().next());
    }

    @Test
    void aKeyThatMayBeAbsentStaysAbsent() {
        Set<String> optional = new HashSet<>();
        for (String name : FILES) {
            JsonNode root = CardJson.parse(Cards.fixture(name));
            for (ObjectNode object : objects(root)) {
                Map<String, JsonNode> whole = fields(object);
                for (String key : whole.keySet()) {
                    object.remove(key);
                    if (survives(root)) {
                        optional.add(key);
                    }
                    object.removeAll();
                    object.setAll(whole);
                }
            }
        }
        assertTrue(
                optional.containsAll(Set.of(
                        "soma",
                        "permissions",
                        "ttl",
                        "flow_dirs",
                        "on_exit",
                        "quota_enforce",
                        "stats_history",
                        "edges",
                        "discern",
                        "restart_max",
                        "flows",
                        "supervision",
                        "pin_to",
                        "interface",
                        "scope",
                        "mem_bytes",
                        "path",
                        "cpu_affinity",
                        "replay_bytes",
                        "ipc",
                        "processes",
                        "cpu_percent")),
                optional.toString());
        assertTrue(
                Collections.disjoint(
                        optional,
                        Set.of("id", "spec", "nodes", "payload", "exec", "argv", "envp", "namespaces", "tap", "from")),
                optional.toString());
    }

    private static boolean survives(JsonNode root) {
        String file = CardText.pretty(root, 0);
        Snapshot snapshot;
        try {
            snapshot = Snapshot.decode(Cards.utf8(file));
        } catch (SnapshotException e) {
            return false;
        }
        // Whether an entry was understood or set aside, the file is the same.
        assertEquals(file, Cards.text(snapshot.encode()));
        return snapshot.problems().isEmpty();
    }

    @Test
    void anUnknownKeyAndOurOwnAreKeptInEveryObject() {
        for (String name : FILES) {
            JsonNode root = CardJson.parse(Cards.fixture(name));
            int touched = 0;
            for (ObjectNode object : objects(root)) {
                if (!isTagged(object)) {
                    object.set("zz_later", Cards.tree("[1.25,{'a':null},'ñ']"));
                    object.set("aa_later", Cards.tree("18446744073709551616"));
                    object.set("shipote", Cards.tree("{'own':true}"));
                    touched++;
                }
            }
            assertTrue(touched > 50);
            assertTrue(survives(root), name);
        }
    }

    @Test
    void aValueOfTheWrongTypeSetsItsEntryAsideAndNothingElse() {
        for (String name : FILES) {
            JsonNode root = CardJson.parse(Cards.fixture(name));
            int spoilt = 0;
            int good = root.path("workspaces").size()
                    + root.path("saved_pipelines").size()
                    + root.path("live_pipelines").size();
            for (String list : List.of("workspaces", "saved_pipelines", "live_pipelines")) {
                for (ObjectNode object : objects(root.path(list))) {
                    Map<String, JsonNode> whole = fields(object);
                    for (String key : whole.keySet()) {
                        object.set(key, Cards.tree("[[true]]"));
                        Snapshot snapshot = Snapshot.decode(CardText.prettyBytes(root, 0));
                        assertTrue(
                                snapshot.problems().get(0).path().startsWith(list)
                                        && snapshot.problems().get(0).path().contains(key),
                                () -> key + ": " + snapshot.problems());
                        assertEquals(
                                good - 1,
                                snapshot.goodWorkspaces().size()
                                        + snapshot.goodSavedPipelines().size()
                                        + snapshot.goodLivePipelines().size()
                                        + orphans(snapshot));
                        assertEquals(CardText.pretty(root, 0), Cards.text(snapshot.encode()));
                        object.set(key, whole.get(key));
                        spoilt++;
                    }
                }
            }
            assertTrue(spoilt > 200);
        }
    }

    /** Live pipelines set aside only because their workspace was. */
    private static long orphans(Snapshot snapshot) {
        return snapshot.problems().stream()
                .filter(problem -> problem.message().endsWith("is absent"))
                .count();
    }

    /** The children themselves, not copies: the list of objects points to them. */
    private static Map<String, JsonNode> fields(ObjectNode object) {
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            fields.put(field.getKey(), field.getValue());
        }
        return fields;
    }
}
