package io.shipote.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes mutations and remembers what was answered to each: what must be there afterwards, and what may be. */
final class Ledger {
    private static final String GONE = "(gone)";

    /** What was acknowledged, and what may be there besides because its answer was an error and then came a crash. */
    private final Map<String, String> acknowledged = new HashMap<>();

    private final Map<String, Set<String>> refused = new HashMap<>();

    /** Whether it was acknowledged. */
    boolean put(StoreRig rig, String id, String value) {
        return note(id, value, rig.put(Section.WORKSPACES, id, value));
    }

    boolean remove(StoreRig rig, String id) {
        return note(id, GONE, rig.remove(Section.WORKSPACES, id));
    }

    private boolean note(String id, String value, Optional<IOException> error) {
        if (error.isEmpty()) {
            acknowledged.put(id, value);
            refused.remove(id);
        } else {
            refused.computeIfAbsent(id, k -> new LinkedHashSet<>()).add(value);
        }
        return error.isEmpty();
    }

    /** Files with a snapshot and a journal to begin with. */
    MemoryFiles prepared() throws IOException {
        MemoryFiles files = new MemoryFiles();
        acknowledged.clear();
        refused.clear();
        try (StoreRig rig = StoreRig.open(files)) {
            for (String id : List.of("a", "b", "c")) {
                put(rig, id, "1");
            }
        }
        return files;
    }

    /** Mutations before, between and after two folds. */
    void script(StoreRig rig) {
        put(rig, "a", "2");
        put(rig, "b", "2");
        rig.tryFold();
        remove(rig, "c");
        put(rig, "d", "1");
        put(rig, "b", "3");
        rig.tryFold();
        put(rig, "a", "4");
        remove(rig, "d");
    }

    boolean nothingRefused() {
        return refused.isEmpty();
    }

    Map<String, String> expected() {
        return acknowledged.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(GONE))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    static Map<String, String> live(StoreRig rig) {
        Map<String, String> live = new HashMap<>();
        rig.all().forEach((key, value) -> live.put(key.substring(key.indexOf('/') + 1), value));
        return live;
    }

    /** What the next daemon finds. */
    void check(MemoryFiles files, boolean refusedMayBeThere, String where) throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            check(rig, refusedMayBeThere, where);
        }
    }

    /** All that was acknowledged is there; what was not is there whole, or not at all. */
    void check(StoreRig rig, boolean refusedMayBeThere, String where) {
        Map<String, String> found = live(rig);
        for (String id : acknowledged.keySet()) {
            String value = found.getOrDefault(id, GONE);
            boolean fine = value.equals(acknowledged.get(id))
                    || refusedMayBeThere && refused.getOrDefault(id, Set.of()).contains(value);
            assertTrue(fine, () -> id + " is " + value + ", not " + acknowledged.get(id) + " (" + where + ")");
        }
        found.keySet()
                .forEach(id -> assertTrue(
                        acknowledged.containsKey(id) || refusedMayBeThere && refused.containsKey(id),
                        () -> id + " is there (" + where + ")"));
        if (refused.isEmpty()) {
            assertEquals(expected(), found, where);
        }
    }
}
