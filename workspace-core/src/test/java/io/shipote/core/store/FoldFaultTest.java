package io.shipote.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.store.MemoryFiles.Crash;
import io.shipote.core.store.MemoryFiles.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fault at each call of the file layer in turn, alone or as a crash: nothing acknowledged is lost or doubled. */
class FoldFaultTest {
    private static final int MORE_THAN_ALL_CALLS = 400;
    private static final List<Outcome> FAULTS = List.of(Outcome.FAIL, Outcome.HALF, Outcome.LOST);

    private final Ledger ledger = new Ledger();

    @ParameterizedTest
    @EnumSource(Crash.class)
    void aCrashAtEachCall(Crash crash) throws IOException {
        for (Outcome first : FAULTS) {
            int n = 1;
            for (boolean hit = true; hit; n++) {
                MemoryFiles files = ledger.prepared();
                int at = n;
                StoreRig rig = StoreRig.open(files);
                files.fault((i, call, path) -> i < at ? Outcome.PASS : i == at ? first : Outcome.FAIL);
                ledger.script(rig);
                List<String> calls = files.calls();
                hit = calls.size() >= at;
                MemoryFiles left = files.after(crash);
                rig.close();
                String where = hit ? first + " at " + at + ": " + calls.get(at - 1) : "no fault";
                ledger.check(left.after(crash), true, where);
                goesOn(left, where);
            }
            assertTrue(n > 40 && n < MORE_THAN_ALL_CALLS, "calls seen: " + n);
        }
    }

    /** What the next daemon acknowledges does not rest on what the one before had not synced. */
    private void goesOn(MemoryFiles left, String where) throws IOException {
        StoreRig rig = StoreRig.open(left);
        assertTrue(ledger.put(rig, "e", "5"), where);
        MemoryFiles lost = left.after(Crash.POWER);
        rig.close();
        ledger.check(lost, true, where + ", and after one more change power is lost");
    }

    @ParameterizedTest
    @EnumSource(Crash.class)
    void oneErrorAtEachCallAndThenACrash(Crash crash) throws IOException {
        for (Outcome first : FAULTS) {
            boolean hit = true;
            for (int n = 1; hit; n++) {
                MemoryFiles files = ledger.prepared();
                int at = n;
                StoreRig rig = StoreRig.open(files);
                files.fault((i, call, path) -> i == at ? first : Outcome.PASS);
                ledger.script(rig);
                hit = files.calls().size() >= at;
                String where = hit ? first + " at " + at + ": " + files.calls().get(at - 1) : "no fault";
                assertEquals(ledger.expected(), Ledger.live(rig), where);
                MemoryFiles left = files.after(crash);
                rig.close();
                ledger.check(left, false, where);
                ledger.check(files, false, where + ", after a stop");
            }
        }
    }

    /** Two faults, so that taking back and repairing fail as well. */
    @Test
    void twoErrorsAtEachPairOfNearCalls() throws IOException {
        boolean hit = true;
        for (int n = 1; hit; n++) {
            for (int gap = 1; gap <= 4; gap++) {
                MemoryFiles files = ledger.prepared();
                int one = n;
                int two = n + gap;
                StoreRig rig = StoreRig.open(files);
                files.fault((i, call, path) -> i == one ? Outcome.HALF : i == two ? Outcome.FAIL : Outcome.PASS);
                ledger.script(rig);
                hit = files.calls().size() >= one;
                String where = "at " + one + " and " + two + ": " + files.calls();
                assertEquals(ledger.expected(), Ledger.live(rig), where);
                for (Crash crash : Crash.values()) {
                    // A record that could not be taken back may be seen again after a crash, its caller having had
                    // no promise either way; it is gone after the next fold.
                    ledger.check(files.after(crash), true, where + " " + crash);
                }
                files.fault((i, call, path) -> Outcome.PASS);
                rig.close();
                ledger.check(files, false, where + ", after a stop");
            }
        }
    }

    @Test
    void aFullDiskIsAnErrorAndThenItWorksAgain() throws IOException {
        MemoryFiles files = ledger.prepared();
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
        MemoryFiles files = ledger.prepared();
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
}
