package io.shipote.core.store;

import static io.shipote.core.store.StoreRig.JOURNAL;
import static io.shipote.core.store.StoreRig.STATE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The store's promises to its users. */
class StateStoreTest {
    private final MemoryFiles files = new MemoryFiles();

    @Test
    void s1_keysAndBytesAreEqualAfterSaveAndRestore() throws IOException {
        try (StoreRig first = StoreRig.open(files)) {
            first.put("b", "1").put("a", "2");
            assertTrue(first.fold());
        }
        try (StoreRig second = StoreRig.open(files)) {
            List<Stored> found = second.store.entries(Section.WORKSPACES);
            assertEquals(List.of("b", "a"), found.stream().map(Stored::key).toList());
            assertArrayEquals(StoreRig.entry("b", "1"), found.get(0).bytes());
        }
    }

    @Test
    void s2_aPutMakesDirtyAFoldCleanAndASecondFoldWritesNothing() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            assertFalse(rig.store.dirty());
            rig.put("a", "1");
            assertTrue(rig.store.dirty());
            assertTrue(rig.fold());
            assertFalse(rig.store.dirty());
            files.fault((n, call, path) -> MemoryFiles.Outcome.PASS);
            assertFalse(rig.fold());
            assertEquals(List.of(), files.calls());
        }
    }

    @Test
    void s3_aSavedPipelineIsRestoredEqual() throws IOException {
        try (StoreRig first = StoreRig.open(files)) {
            first.put(Section.SAVED_PIPELINES, "p", "x");
            first.put(Section.LIVE_PIPELINES, "l", "y");
        }
        try (StoreRig second = StoreRig.open(files)) {
            assertEquals("p=x", second.shown(Section.SAVED_PIPELINES));
            assertEquals("l=y", second.shown(Section.LIVE_PIPELINES));
        }
    }

    @Test
    void s4_thePathEndsInStateJson() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            assertEquals("state.json", rig.store.path().getFileName().toString());
            assertEquals(rig.store.path(), rig.tryFold().path());
        }
    }

    @Test
    void s5_absentListsAreEmptyAndTheNextFoldWritesVersion4() throws IOException {
        files.set(
                STATE,
                snapshot("\"version\": 1, \"timestamp_ms\": 7, \"workspaces\": [{\"id\": \"a\", \"v\": \"1\"}]"));
        try (StoreRig rig = StoreRig.open(files)) {
            assertEquals("a=1", rig.workspaces());
            assertEquals("", rig.shown(Section.SAVED_PIPELINES));
            rig.put("b", "2").fold();
        }
        String text = StoreRig.text(files.bytes(STATE).orElseThrow());
        assertTrue(text.startsWith("{\n  \"version\": 4,\n  \"timestamp_ms\": 1800000000000,\n"), text);
        assertTrue(text.endsWith("\"saved_pipelines\": [],\n  \"live_pipelines\": []\n}"), text);
    }

    @Test
    void s9_aRestoreIsNoMutation() throws IOException {
        try (StoreRig first = StoreRig.open(files)) {
            first.put("a", "1");
        }
        byte[] before = files.bytes(STATE).orElseThrow();
        try (StoreRig second = StoreRig.open(files)) {
            assertFalse(second.store.dirty());
            second.loop.advance(Duration.ofMinutes(1));
            assertFalse(second.fold());
        }
        assertArrayEquals(before, files.bytes(STATE).orElseThrow());
    }

    @Test
    void s10_sectionsAndEntriesKeepTheFilesOrder() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("c", "1").put("a", "2").put("b", "3").put("a", "4");
            rig.fold();
            rig.remove(Section.WORKSPACES, "c");
            rig.put("c", "5").put("b", "6");
            assertEquals("a=4 b=6 c=5", rig.workspaces());
        }
        try (StoreRig rig = StoreRig.open(files)) {
            assertEquals("a=4 b=6 c=5", rig.workspaces());
        }
    }

    @Test
    void s11_cleanButFileMissingIsWritten() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "1").fold();
            files.set(STATE, null);
            assertFalse(rig.store.fileExists());
            assertFalse(rig.store.dirty());
            assertTrue(rig.fold());
            assertTrue(rig.store.fileExists());
        }
        try (StoreRig rig = StoreRig.open(files)) {
            assertEquals("a=1", rig.workspaces());
        }
    }

    @Test
    void b6_aWriterThatDiesAfterItsTempFileLeavesTheOldContent() throws IOException {
        StoreRig rig = StoreRig.open(files);
        rig.put("a", "1").fold();
        byte[] before = files.bytes(STATE).orElseThrow();
        rig.put("a", "2");
        files.fault((n, call, path) ->
                call.equals("rename") || call.equals("delete") ? MemoryFiles.Outcome.FAIL : MemoryFiles.Outcome.PASS);
        assertTrue(rig.tryFold().error().isPresent());
        assertArrayEquals(before, files.bytes(STATE).orElseThrow());
        MemoryFiles left = files.after(MemoryFiles.Crash.KILL);
        assertTrue(left.list(StoreRig.DIR).stream().anyMatch(name -> name.contains(".tmp-")));
        rig.close();
        try (StoreRig next = StoreRig.open(left)) {
            assertEquals("a=2", next.workspaces());
            assertFalse(left.list(StoreRig.DIR).stream().anyMatch(name -> name.contains(".tmp-")));
        }
    }

    @Test
    void unknownKeysOfTheRootAndOurOwnAreKept() throws IOException {
        files.set(
                STATE,
                snapshot("\"version\": 4, \"timestamp_ms\": 7, \"workspaces\": [], \"later\": [1],"
                        + " \"shipote\": {\"x\": 2}"));
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "1").fold();
        }
        String text = StoreRig.text(files.bytes(STATE).orElseThrow());
        assertTrue(text.contains("\"later\": ["), text);
        assertTrue(text.endsWith("\"shipote\": {\n    \"x\": 2\n  }\n}"), text);
    }

    @Test
    void quietFoldsAfterTenSecondsAndEachMutationPutsItOff() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "1");
            rig.loop.advance(Duration.ofSeconds(9));
            rig.put("a", "2");
            rig.loop.advance(Duration.ofSeconds(9));
            assertTrue(rig.store.dirty());
            rig.loop.advance(Duration.ofSeconds(1));
            rig.loop.awaitUntil(() -> !rig.store.dirty(), StoreRig.LIMIT);
            assertEquals(0, rig.loop.timers());
            assertTrue(rig.store.fileExists());
        }
    }

    @Test
    void aLargeJournalIsFoldedAtOnce() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            String large = "x".repeat(1 << 20);
            for (int i = 0; i < 4; i++) {
                rig.put("a" + i, large);
            }
            rig.loop.awaitUntil(() -> !rig.store.dirty(), StoreRig.LIMIT);
            assertEquals(JournalFormat.HEADER_BYTES, files.bytes(JOURNAL).orElseThrow().length);
        }
    }

    @Test
    void aFailedFoldIsTriedAgainAfterTheQuietTime() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "1");
            files.fault((n, call, path) -> n == 1 ? MemoryFiles.Outcome.FAIL : MemoryFiles.Outcome.PASS);
            assertTrue(rig.tryFold().error().isPresent());
            assertTrue(rig.store.dirty());
            rig.loop.advance(AutoFold.FOLD_QUIET);
            rig.loop.awaitUntil(() -> !rig.store.dirty(), StoreRig.LIMIT);
        }
    }

    @Test
    void aFoldAsksForFresherBytesAndTheyAreNoMutation() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            List<String> asked = new ArrayList<>();
            rig.store.onFold((section, key) -> {
                asked.add(key);
                return key.equals("a") ? Optional.of(StoreRig.entry("a", "fresh")) : Optional.empty();
            });
            rig.put("a", "1").put("b", "2");
            assertTrue(rig.fold());
            assertEquals("a=fresh b=2", rig.workspaces());
            assertEquals(List.of("a", "b"), asked);
            assertFalse(rig.fold());
            assertEquals(List.of("a", "b"), asked, "nothing to write, so nobody is asked");
        }
        try (StoreRig rig = StoreRig.open(files)) {
            assertEquals("a=fresh b=2", rig.workspaces());
        }
    }

    @Test
    void fresherBytesNeverReplaceAMutationOnItsWay() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "1").put("b", "1");
            rig.store.onFold((section, key) -> Optional.of(StoreRig.entry(key, "sample")));
            List<Object> answers = new ArrayList<>();
            rig.store.put(Section.WORKSPACES, "a", StoreRig.entry("a", "2"), answers::add);
            rig.store.remove(Section.WORKSPACES, "b", answers::add);
            rig.store.fold(answers::add);
            rig.loop.awaitUntil(() -> answers.size() == 3, StoreRig.LIMIT);
            assertEquals("a=2", rig.workspaces());
        }
        try (StoreRig rig = StoreRig.open(files)) {
            assertEquals("a=2", rig.workspaces());
        }
    }

    @Test
    void mutationsThatArriveDuringAFoldStayDirtyAndAreKept() throws IOException {
        MemoryFiles kept;
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "1");
            List<Object> answers = new ArrayList<>();
            rig.store.fold(answers::add);
            rig.store.put(Section.WORKSPACES, "b", StoreRig.entry("b", "2"), answers::add);
            rig.loop.awaitUntil(() -> answers.size() == 2, StoreRig.LIMIT);
            assertTrue(rig.store.dirty());
            kept = files.after(MemoryFiles.Crash.POWER);
        }
        try (StoreRig rig = StoreRig.open(kept)) {
            assertEquals("a=1 b=2", rig.workspaces());
            assertTrue(rig.store.dirty());
        }
    }

    @Test
    void anEntryThatWouldMakeTheSnapshotUnreadableDoesNotReplaceAGoodOne() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "1").fold();
            byte[] before = files.bytes(STATE).orElseThrow();
            List<Object> answers = new ArrayList<>();
            rig.store.put(Section.WORKSPACES, "bad", "{".getBytes(StandardCharsets.UTF_8), answers::add);
            rig.loop.awaitUntil(() -> answers.size() == 1, StoreRig.LIMIT);
            assertTrue(rig.tryFold().error().orElseThrow().getMessage().contains("could not be read again"));
            assertArrayEquals(before, files.bytes(STATE).orElseThrow());
            rig.remove(Section.WORKSPACES, "bad");
            assertTrue(rig.fold());
        }
    }

    @Test
    void twoEntriesOfOneKeyAreBothKept() throws IOException {
        files.set(
                STATE,
                snapshot("\"version\": 4, \"timestamp_ms\": 7, \"workspaces\": [{\"id\": \"a\", \"v\": \"1\"},"
                        + " {\"id\": \"a\", \"v\": \"2\"}]"));
        try (StoreRig rig = StoreRig.open(files)) {
            assertEquals("a=1 a#1=2", rig.workspaces());
        }
    }

    @Test
    void aClosedStoreRefuses() throws IOException {
        StoreRig rig = StoreRig.open(files);
        rig.put("a", "1");
        assertTrue(rig.end().written());
        assertInstanceOf(
                StoreClosedException.class,
                rig.put(Section.WORKSPACES, "b", "2").orElseThrow());
        assertInstanceOf(StoreClosedException.class, rig.tryFold().error().orElseThrow());
    }

    static byte[] snapshot(String fields) {
        return ("{" + fields + "}").getBytes(StandardCharsets.UTF_8);
    }
}
