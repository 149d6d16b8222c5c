package io.shipote.core.store;

import static io.shipote.core.store.StoreRig.JOURNAL;
import static io.shipote.core.store.StoreRig.STATE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.store.MemoryFiles.Crash;
import io.shipote.core.store.MemoryFiles.Outcome;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Snapshots that were damaged on the disk: they are refused, kept, and nothing acknowledged is lost with them. */
class SnapshotCutTest {
    private static final int SECTOR = 512;

    private final Ledger ledger = new Ledger();

    /** Changes in a generation, in the last two folds and in the journal; some 10 KiB of snapshot. */
    private MemoryFiles filled() throws IOException {
        MemoryFiles files = ledger.prepared();
        try (StoreRig rig = StoreRig.open(files)) {
            for (int i = 0; i < 200; i++) {
                ledger.put(rig, "w" + i, "value " + i);
            }
            rig.fold();
            ledger.put(rig, "w7", "changed in the second fold");
            ledger.remove(rig, "w8");
            rig.fold();
            ledger.put(rig, "w9", "changed in the third fold");
            ledger.put(rig, "late", "1");
            rig.fold();
            ledger.put(rig, "w10", "only in the journal");
            ledger.remove(rig, "w11");
            return files.after(Crash.POWER);
        }
    }

    @Test
    void cutAtEachSectorItIsRefusedAndUntouchedAndRecoveryLosesNothing() throws IOException {
        MemoryFiles files = filled();
        byte[] whole = files.bytes(STATE).orElseThrow();
        assertTrue(whole.length > 10 * SECTOR, "the snapshot has " + whole.length + " bytes");
        TreeSet<Integer> cuts = new TreeSet<>();
        for (int cut = 0; cut < whole.length; cut += SECTOR) {
            cuts.add(cut);
        }
        cuts.add(whole.length - 1);
        for (int cut : cuts) {
            damaged(files, Arrays.copyOf(whole, cut), "cut at " + cut);
        }
    }

    @Test
    void aSectorOfZerosIsRefusedToo() throws IOException {
        MemoryFiles files = filled();
        byte[] whole = files.bytes(STATE).orElseThrow();
        for (int at = 0; at < whole.length; at += SECTOR) {
            byte[] bad = whole.clone();
            Arrays.fill(bad, at, Math.min(at + SECTOR, bad.length), (byte) 0);
            damaged(files, bad, "zeros from " + at);
        }
    }

    private void damaged(MemoryFiles files, byte[] bad, String where) throws IOException {
        MemoryFiles left = files.after(Crash.POWER);
        left.set(STATE, bad);
        assertThrows(StateUnreadableException.class, () -> StoreRig.open(left), where);
        assertArrayEquals(bad, left.bytes(STATE).orElseThrow(), where);
        try (StoreRig rig = StoreRig.recover(left)) {
            ledger.check(rig, false, where);
            assertTrue(rig.store.warnings().stream().anyMatch(warning -> warning.contains("state.json.last")));
        }
        assertArrayEquals(
                bad, left.bytes(StoreRig.DIR.resolve("state.json.bad-1")).orElseThrow(), where);
        ledger.check(left, false, where + ", once more");
    }

    /** The state that each call of two folds leaves, and then what stands in the place of the snapshot is torn as well. */
    @Test
    void tornAfterACrashAtEachCallOfAFoldRecoveryLosesNothingEither() throws IOException {
        for (Crash crash : Crash.values()) {
            int n = 1;
            for (boolean hit = true; hit; n++) {
                MemoryFiles files = ledger.prepared();
                int at = n;
                StoreRig rig = StoreRig.open(files);
                files.fault((i, call, path) -> i < at ? Outcome.PASS : Outcome.FAIL);
                ledger.script(rig);
                hit = files.calls().size() >= at;
                MemoryFiles left = files.after(crash);
                rig.close();
                left.set(STATE, new byte[] {'{'});
                String where = crash + " at " + at;
                assertThrows(StateUnreadableException.class, () -> StoreRig.open(left), where);
                try (StoreRig next = StoreRig.recover(left)) {
                    ledger.check(next, true, where);
                }
            }
            assertTrue(n > 40, "calls seen: " + n);
        }
    }

    @Test
    void withoutTheLastOneItGoesOnFromAGenerationAndSaysWhatMayBeMissing() throws IOException {
        MemoryFiles files = filled();
        files.set(STATE, new byte[] {'{'});
        files.set(StoreRig.DIR.resolve("state.json.last"), new byte[] {'{'});
        try (StoreRig rig = StoreRig.recover(files)) {
            Map<String, String> found = Ledger.live(rig);
            assertEquals("only in the journal", found.get("w10"));
            assertEquals("1", found.get("a"));
            assertTrue(rig.store.warnings().stream().anyMatch(warning -> warning.contains("may be missing")));
        }
    }

    @Test
    void withTheJournalOfAnotherSnapshotTheGoodSnapshotCounts() throws IOException {
        MemoryFiles files = filled();
        files.set(
                JOURNAL,
                Journal.file(new Mark(5, 5), JournalFormat.read(new byte[0]).records()));
        try (StoreRig rig = StoreRig.recover(files)) {
            assertEquals("value 10", Ledger.live(rig).get("w10"));
            assertEquals("changed in the third fold", Ledger.live(rig).get("w9"));
        }
    }
}
