package io.shipote.core.store;

import static io.shipote.core.store.StoreRig.DIR;
import static io.shipote.core.store.StoreRig.JOURNAL;
import static io.shipote.core.store.StoreRig.STATE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Snapshots that cannot be read, and the generations that stand behind them. */
class StateFileTest {
    private final MemoryFiles files = new MemoryFiles();

    private byte[] filled() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            for (int i = 0; i < 50; i++) {
                rig.put("w" + i, "value " + i);
            }
        }
        return files.bytes(STATE).orElseThrow();
    }

    @Test
    @DisplayName("B3 a file that is cut off anywhere is refused and left untouched")
    void cutAnywhereItIsRefusedAndUntouched() throws IOException {
        byte[] whole = filled();
        for (int cut = 0; cut < whole.length; cut += cut < 200 || cut > whole.length - 200 ? 1 : 37) {
            byte[] torn = Arrays.copyOf(whole, cut);
            files.set(STATE, torn);
            StateUnreadableException e =
                    assertThrows(StateUnreadableException.class, () -> StoreRig.open(files), "cut at " + torn.length);
            assertEquals(STATE, e.file());
            assertTrue(e.getMessage().contains("state.json:" + e.line() + ":" + e.column()), e.getMessage());
            assertTrue(e.getMessage().contains("--recover"), e.getMessage());
            assertArrayEquals(torn, files.bytes(STATE).orElseThrow());
        }
    }

    @Test
    @DisplayName("S6, B1 version 5 is refused and left untouched")
    void s6_version5IsRefusedAndLeftUntouched() throws IOException {
        byte[] newer = StateStoreTest.snapshot("\"version\": 5, \"timestamp_ms\": 7, \"workspaces\": []");
        files.set(STATE, newer);
        StateUnreadableException e = assertThrows(StateUnreadableException.class, () -> StoreRig.open(files));
        assertTrue(e.getMessage().contains("5"), e.getMessage());
        assertArrayEquals(newer, files.bytes(STATE).orElseThrow());
        assertEquals(List.of("state.json"), files.list(DIR));
    }

    @Test
    void recoverGoesOnFromTheLastSnapshotAndKeepsTheBadFile() throws IOException {
        filled();
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("late", "1");
        }
        byte[] bad = "{ torn".getBytes(StandardCharsets.UTF_8);
        files.set(STATE, bad);
        try (StoreRig rig = StoreRig.recover(files)) {
            assertEquals(51, rig.store.entries(Section.WORKSPACES).size());
            assertTrue(rig.store.dirty());
            assertTrue(rig.store.warnings().stream().anyMatch(w -> w.contains("state.json.bad-1")));
        }
        assertArrayEquals(bad, files.bytes(DIR.resolve("state.json.bad-1")).orElseThrow());
        for (String name : files.list(DIR)) {
            files.set(DIR.resolve(name), bad);
        }
        StateUnreadableException e = assertThrows(StateUnreadableException.class, () -> StoreRig.recover(files));
        assertTrue(e.getMessage().contains("no good generation"), e.getMessage());
    }

    @Test
    void recoverPutsTheJournalsRecordsOnTheGeneration() throws IOException {
        filled();
        MemoryFiles crashed;
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("late", "1").fold();
            rig.put("later", "2");
            crashed = files.after(MemoryFiles.Crash.KILL);
        }
        crashed.set(STATE, new byte[] {1, 2, 3});
        try (StoreRig rig = StoreRig.recover(crashed)) {
            assertEquals("value 7", rig.all().get("WORKSPACES/w7"));
            assertEquals("2", rig.all().get("WORKSPACES/later"));
            assertTrue(rig.store.dirty());
        }
        try (StoreRig rig = StoreRig.open(crashed)) {
            assertEquals("2", rig.all().get("WORKSPACES/later"));
        }
    }

    @Test
    void recoverOfAGoodStateChangesNothing() throws IOException {
        byte[] whole = filled();
        try (StoreRig rig = StoreRig.recover(files)) {
            assertEquals(List.of(), rig.store.warnings());
        }
        assertArrayEquals(whole, files.bytes(STATE).orElseThrow());
    }

    @Test
    void recoverWithoutAGoodGenerationIsRefusedAndUntouched() throws IOException {
        byte[] bad = {1, 2, 3};
        files.set(STATE, bad);
        assertThrows(StateUnreadableException.class, () -> StoreRig.recover(files));
        assertArrayEquals(bad, files.bytes(STATE).orElseThrow());
        assertEquals(List.of("state.json"), files.list(DIR));
    }

    @Test
    void aJournalWithRecordsForAnotherSnapshotIsRefusedAndOneWithoutIsNot() throws IOException {
        filled();
        byte[] other = StateStoreTest.snapshot("\"version\": 4, \"timestamp_ms\": 7, \"workspaces\": []");
        files.set(STATE, other);
        try (StoreRig rig = StoreRig.open(files)) {
            assertEquals("", rig.workspaces());
            rig.put("a", "1");
            MemoryFiles crashed = files.after(MemoryFiles.Crash.POWER);
            byte[] journal = crashed.bytes(JOURNAL).orElseThrow();
            crashed.set(STATE, null);
            StateUnreadableException e = assertThrows(StateUnreadableException.class, () -> StoreRig.open(crashed));
            assertTrue(e.getMessage().contains("state.json is missing"), e.getMessage());
            assertArrayEquals(journal, crashed.bytes(JOURNAL).orElseThrow());
        }
        try (StoreRig rig = StoreRig.open(files)) {
            assertEquals("a=1", rig.workspaces());
        }
    }

    @Test
    void oneGenerationPerStartAndAtMostOneInTenMinutesAndFiveInAll() throws IOException {
        filled();
        assertEquals(0, generations());
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "1").fold();
            assertEquals(1, generations());
            rig.put("a", "2").fold();
            assertEquals(1, generations());
            rig.loop.advance(Duration.ofMinutes(10));
            rig.put("a", "3").fold();
            assertEquals(2, generations());
            assertTrue(StoreRig.text(files.bytes(DIR.resolve("state.json.1")).orElseThrow())
                    .contains("\"v\": \"2\""));
        }
        for (int i = 0; i < 6; i++) {
            try (StoreRig rig = StoreRig.open(files)) {
                rig.put("a", "start " + i);
            }
        }
        assertEquals(5, generations());
        assertTrue(StoreRig.text(files.bytes(DIR.resolve("state.json.1")).orElseThrow())
                .contains("start 4"));
        assertTrue(StoreRig.text(files.bytes(DIR.resolve("state.json.5")).orElseThrow())
                .contains("start 0"));
    }

    private long generations() {
        return files.list(DIR).stream()
                .filter(name -> name.matches("state\\.json\\.\\d"))
                .count();
    }
}
