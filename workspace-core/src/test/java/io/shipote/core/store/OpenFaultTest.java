package io.shipote.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.store.MemoryFiles.Crash;
import io.shipote.core.store.MemoryFiles.Outcome;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A crash at each call of an opening that has something to repair; the next opening ends the repair. */
class OpenFaultTest {
    @FunctionalInterface
    private interface Opening {
        StoreRig of(MemoryFiles files) throws IOException;
    }

    /** A snapshot with a generation, and a journal with records for it. */
    private static MemoryFiles crashed() throws IOException {
        MemoryFiles files = new MemoryFiles();
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "1").put("b", "1");
        }
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "2").fold();
            rig.put("b", "2").put("c", "2");
            return files.after(Crash.POWER);
        }
    }

    private static void crashAtEachCall(MemoryFiles start, Opening opening, Map<String, String> expected)
            throws IOException {
        for (Crash crash : Crash.values()) {
            for (Outcome outcome : new Outcome[] {Outcome.FAIL, Outcome.HALF}) {
                boolean failed = true;
                int n;
                for (n = 1; failed; n++) {
                    MemoryFiles files = start.after(Crash.KILL);
                    int at = n;
                    files.fault((i, call, path) -> i < at ? Outcome.PASS : i == at ? outcome : Outcome.FAIL);
                    failed = !opens(opening, files);
                    String where = crash + " " + outcome + " at " + at + ": " + files.calls();
                    MemoryFiles left = files.after(crash);
                    try (StoreRig rig = opening.of(left)) {
                        assertEquals(expected, rig.all(), where);
                    }
                    try (StoreRig rig = StoreRig.open(left)) {
                        assertEquals(expected, rig.all(), where);
                    }
                }
                assertTrue(n > 3, "calls: " + n);
            }
        }
    }

    /** Whether it opened; what fails when it is closed again is another test's. */
    private static boolean opens(Opening opening, MemoryFiles files) {
        try {
            opening.of(files).end();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static final Map<String, String> ALL =
            Map.of("WORKSPACES/a", "2", "WORKSPACES/b", "2", "WORKSPACES/c", "2");

    @Test
    void whileATornEndIsCutAndLeftoversAreRemoved() throws IOException {
        MemoryFiles files = crashed();
        byte[] journal = files.bytes(StoreRig.JOURNAL).orElseThrow();
        files.set(StoreRig.JOURNAL, Arrays.copyOf(journal, journal.length + 7));
        files.set(StoreRig.DIR.resolve("state.json.tmp-1"), new byte[3]);
        crashAtEachCall(files, StoreRig::open, ALL);
    }

    @Test
    void whileAFoldedJournalIsDropped() throws IOException {
        MemoryFiles files = crashed();
        MemoryFiles left;
        try (StoreRig rig = StoreRig.open(files)) {
            // The first rename onto the snapshot is the last thing that works.
            boolean[] renamed = {false};
            files.fault((i, call, path) -> {
                boolean before = renamed[0];
                renamed[0] |= call.equals("rename") && path.equals(StoreRig.STATE);
                return before && !call.equals("syncDir") ? Outcome.FAIL : Outcome.PASS;
            });
            assertTrue(rig.tryFold().error().isPresent());
            left = files.after(Crash.POWER);
        }
        assertTrue(left.bytes(StoreRig.JOURNAL).orElseThrow().length > JournalFormat.HEADER_BYTES);
        crashAtEachCall(left, StoreRig::open, ALL);
    }

    @Test
    void whileRecovering() throws IOException {
        MemoryFiles files = crashed();
        files.set(StoreRig.STATE, new byte[] {'{'});
        crashAtEachCall(files, StoreRig::recover, ALL);
        files.set(StoreRig.DIR.resolve("state.json.last"), null);
        files.set(StoreRig.DIR.resolve("state.json.1"), null);
        files.set(StoreRig.DIR.resolve("state.journal.last"), null);
        assertThrows(StateUnreadableException.class, () -> StoreRig.recover(files));
    }

    @Test
    void whileRecoveringWithTheJournalsAlone() throws IOException {
        MemoryFiles files = new MemoryFiles();
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "1").fold();
            rig.put("a", "2").put("b", "2").put("c", "2");
            MemoryFiles left = files.after(Crash.POWER);
            left.set(StoreRig.STATE, new byte[] {'{'});
            crashAtEachCall(left, StoreRig::recover, ALL);
        }
    }

    /** Also where a daemon that was killed had written something and not synced it: once it was served it stays. */
    @Test
    void whatWasServedSurvivesALossOfPower() throws IOException {
        MemoryFiles files = crashed();
        MemoryFiles left;
        try (StoreRig rig = StoreRig.open(files)) {
            files.fault(
                    (i, call, path) -> call.equals("force") || call.equals("truncate") ? Outcome.LOST : Outcome.PASS);
            assertTrue(rig.put(Section.WORKSPACES, "d", "3").isPresent());
            left = files.after(Crash.KILL);
        }
        try (StoreRig rig = StoreRig.open(left)) {
            assertEquals("a=2 b=2 c=2 d=3", rig.workspaces());
            rig.put("e", "4");
            MemoryFiles lost = left.after(Crash.POWER);
            try (StoreRig next = StoreRig.open(lost)) {
                assertEquals("a=2 b=2 c=2 d=3 e=4", next.workspaces());
            }
        }
    }

    @Test
    void aFullDiskDoesNotKeepItFromOpening() throws IOException {
        MemoryFiles files = crashed();
        byte[] journal = files.bytes(StoreRig.JOURNAL).orElseThrow();
        files.set(StoreRig.JOURNAL, Arrays.copyOf(journal, journal.length + 7));
        files.fault((i, call, path) -> call.equals("create") || call.equals("write") ? Outcome.FAIL : Outcome.PASS);
        StoreRig rig = StoreRig.open(files);
        assertEquals(ALL, rig.all());
        rig.end();
        files.fault((i, call, path) -> Outcome.PASS);
        try (StoreRig next = StoreRig.open(files)) {
            assertEquals(ALL, next.all());
        }
    }
}
