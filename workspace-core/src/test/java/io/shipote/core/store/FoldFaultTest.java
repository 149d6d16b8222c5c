package io.shipote.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.store.MemoryFiles.Crash;
import io.shipote.core.store.MemoryFiles.Outcome;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fault at each call of the file layer in turn, alone or as a crash: nothing acknowledged is lost or doubled. */
class FoldFaultTest {
    private static final int MORE_THAN_ALL_CALLS = 400;
    private static final String GONE = "(gone)";

    /** What was acknowledged, and what may be there besides because its answer was an error and then came a crash. */
    private final Map<String, String> acknowledged = new HashMap<>();

    private final Map<String, Set<String>> refused = new HashMap<>();

    private void put(StoreRig rig, String id, String value) {
        note(id, value, rig.put(Section.WORKSPACES, id, value));
    }

    private void remove(StoreRig rig, String id) {
        note(id, GONE, rig.remove(Section.WORKSPACES, id));
    }

    private void note(String id, String value, Optional<IOException> error) {
        if (error.isEmpty()) {
            acknowledged.put(id, value);
            refused.remove(id);
        } else {
            refused.computeIfAbsent(id, k -> new LinkedHashSet<>()).add(value);
        }
    }

    /** Mutations before, between and after two folds. */
    private void script(StoreRig rig) {
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

    private MemoryFiles prepared() throws IOException {
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

    @ParameterizedTest
    @EnumSource(Crash.class)
    void aCrashAtEachCall(Crash crash) throws IOException {
        for (Outcome first : List.of(Outcome.FAIL, Outcome.HALF)) {
            int n = 1;
            for (boolean hit = true; hit; n++) {
                MemoryFiles files = prepared();
                int at = n;
                StoreRig rig = StoreRig.open(files);
                files.fault((i, call, path) -> i < at ? Outcome.PASS : i == at ? first : Outcome.FAIL);
                script(rig);
                List<String> calls = files.calls();
                hit = calls.size() >= at;
                MemoryFiles left = files.after(crash);
                rig.close();
                String where = hit ? first + " at " + at + ": " + calls.get(at - 1) : "no fault";
                check(left, true, where);
            }
            assertTrue(n > 40 && n < MORE_THAN_ALL_CALLS, "calls seen: " + n);
        }
    }

    @ParameterizedTest
    @EnumSource(Crash.class)
    void oneErrorAtEachCallAndThenACrash(Crash crash) throws IOException {
        for (Outcome first : List.of(Outcome.FAIL, Outcome.HALF)) {
            boolean hit = true;
            for (int n = 1; hit; n++) {
                MemoryFiles files = prepared();
                int at = n;
                StoreRig rig = StoreRig.open(files);
                files.fault((i, call, path) -> i == at ? first : Outcome.PASS);
                script(rig);
                hit = files.calls().size() >= at;
                String where = hit ? first + " at " + at + ": " + files.calls().get(at - 1) : "no fault";
                assertEquals(expected(), live(rig), where);
                MemoryFiles left = files.after(crash);
                rig.close();
                check(left, false, where);
                check(files, false, where + ", after a stop");
            }
        }
    }

    /** Two faults, so that taking back and repairing fail as well. */
    @Test
    void twoErrorsAtEachPairOfNearCalls() throws IOException {
        boolean hit = true;
        for (int n = 1; hit; n++) {
            for (int gap = 1; gap <= 4; gap++) {
                MemoryFiles files = prepared();
                int one = n;
                int two = n + gap;
                StoreRig rig = StoreRig.open(files);
                files.fault((i, call, path) -> i == one ? Outcome.HALF : i == two ? Outcome.FAIL : Outcome.PASS);
                script(rig);
                hit = files.calls().size() >= one;
                String where = "at " + one + " and " + two + ": " + files.calls();
                assertEquals(expected(), live(rig), where);
                for (Crash crash : Crash.values()) {
                    // A record that could not be taken back may be seen again after a crash, its caller having had
                    // no promise either way; it is gone after the next fold.
                    check(files.after(crash), true, where + " " + crash);
                }
                files.fault((i, call, path) -> Outcome.PASS);
                rig.close();
                check(files, false, where + ", after a stop");
            }
        }
    }

    @Test
    void aFullDiskIsAnErrorAndThenItWorksAgain() throws IOException {
        MemoryFiles files = prepared();
        try (StoreRig rig = StoreRig.open(files)) {
            files.fault((i, call, path) -> call.equals("write") ? Outcome.HALF : Outcome.PASS);
            IOException e = rig.put(Section.WORKSPACES, "a", "2").orElseThrow();
            assertTrue(e.getMessage().contains("No space left"), e.getMessage());
            assertTrue(rig.tryFold().error().isEmpty(), "nothing to fold, so nothing to write");
            assertEquals("a=1 b=1 c=1", rig.workspaces());
            files.fault((i, call, path) -> Outcome.PASS);
            rig.put("a", "3");
            assertEquals("a=3 b=1 c=1", rig.workspaces());
        }
        try (StoreRig rig = StoreRig.open(files)) {
            assertEquals("a=3 b=1 c=1", rig.workspaces());
        }
    }

    @Test
    void ifTheTornRecordCannotBeTakenBackTheStoreIsReadOnlyUntilAFoldSucceeds() throws IOException {
        MemoryFiles files = prepared();
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "2");
            files.fault(
                    (i, call, path) -> call.equals("write") || call.equals("truncate") ? Outcome.HALF : Outcome.PASS);
            assertTrue(rig.put(Section.WORKSPACES, "a", "3").isPresent());
            files.fault((i, call, path) -> Outcome.PASS);
            IOException e = rig.put(Section.WORKSPACES, "a", "4").orElseThrow();
            assertTrue(e.getMessage().contains("read-only"), e.getMessage());
            assertEquals("a=2 b=1 c=1", rig.workspaces());
            assertTrue(rig.fold());
            rig.put("a", "5");
        }
        try (StoreRig rig = StoreRig.open(files)) {
            assertEquals("a=5 b=1 c=1", rig.workspaces());
        }
    }

    private Map<String, String> expected() {
        return acknowledged.entrySet().stream()
                .filter(entry -> !entry.getValue().equals(GONE))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private static Map<String, String> live(StoreRig rig) {
        Map<String, String> live = new HashMap<>();
        rig.all().forEach((key, value) -> live.put(key.substring(key.indexOf('/') + 1), value));
        return live;
    }

    private void check(MemoryFiles files, boolean refusedMayBeThere, String where) throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            Map<String, String> found = live(rig);
            for (String id : acknowledged.keySet()) {
                String value = found.getOrDefault(id, GONE);
                boolean fine = value.equals(acknowledged.get(id))
                        || refusedMayBeThere
                                && refused.getOrDefault(id, Set.of()).contains(value);
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
}
