package io.shipote.core.store;

import static io.shipote.core.store.StoreRig.DIR;
import static io.shipote.core.store.StoreRig.JOURNAL;
import static io.shipote.core.store.StoreRig.STATE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.store.MemoryFiles.Outcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Going back to an earlier generation of the state. */
class RollbackTest {
    /** The state says 3, the generations 2 and 1, and the journal of a daemon that was killed 4. */
    private static MemoryFiles killed() throws IOException {
        MemoryFiles files = new MemoryFiles();
        for (int value = 1; value <= 3; value++) {
            try (StoreRig rig = StoreRig.open(files)) {
                rig.put("a", String.valueOf(value));
            }
        }
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("a", "4").put("b", "4");
            return files.after(MemoryFiles.Crash.KILL);
        }
    }

    @Test
    void theGenerationBecomesTheStateAndAllThatWasIsKeptAside() throws IOException {
        MemoryFiles crashed = killed();
        byte[] state = crashed.bytes(STATE).orElseThrow();
        byte[] journal = crashed.bytes(JOURNAL).orElseThrow();
        try (StoreRig rig = StoreRig.rolledBack(crashed, 2)) {
            assertEquals("a=1", rig.workspaces());
            assertFalse(rig.store.dirty());
            rig.put("c", "5");
        }
        assertArrayEquals(
                state,
                crashed.bytes(DIR.resolve("state.json.before-rollback-1")).orElseThrow());
        assertArrayEquals(
                journal,
                crashed.bytes(DIR.resolve("state.journal.before-rollback-1")).orElseThrow());
        try (StoreRig rig = StoreRig.open(crashed)) {
            assertEquals("a=1 c=5", rig.workspaces());
        }
        StoreRig.rolledBack(crashed, 1).close();
        assertTrue(crashed.exists(DIR.resolve("state.json.before-rollback-2")));
    }

    @Test
    void whatIsNotThereOrNotGoodIsRefusedAndNothingHasChanged() throws IOException {
        MemoryFiles crashed = killed();
        IOException missing = assertThrows(IOException.class, () -> StoreRig.rolledBack(crashed, 5));
        assertEquals(
                "there is no generation 5: /state/state.json.5 does not exist (there is state.json.1, state.json.2)",
                missing.getMessage());
        crashed.set(DIR.resolve("state.json.1"), new byte[] {1, 2, 3});
        List<String> names = crashed.list(DIR);
        assertThrows(StateUnreadableException.class, () -> StoreRig.rolledBack(crashed, 1));
        assertEquals(names, crashed.list(DIR));
        try (StoreRig rig = StoreRig.open(crashed)) {
            assertEquals("a=4 b=4", rig.workspaces());
        }
    }

    @Test
    void aStateThatCannotBeReadIsNoObstacle() throws IOException {
        MemoryFiles crashed = killed();
        crashed.set(STATE, new byte[] {1});
        crashed.set(JOURNAL, new byte[100]);
        try (StoreRig rig = StoreRig.rolledBack(crashed, 1)) {
            assertEquals("a=2", rig.workspaces());
        }
    }

    /** Whatever call of the file layer is the last one before a crash. */
    @Test
    void aCrashOnTheWayLeavesTheOldStateOrTheNewOne() throws IOException {
        int oldStates = 0;
        int newStates = 0;
        for (MemoryFiles.Crash crash : MemoryFiles.Crash.values()) {
            boolean finished = false;
            for (int calls = 0; !finished; calls++) {
                MemoryFiles crashed = killed();
                int last = calls;
                crashed.fault((n, call, path) -> n > last ? Outcome.FAIL : Outcome.PASS);
                try {
                    StoreRig.rolledBack(crashed, 2).close();
                    finished = true;
                } catch (IOException e) {
                    assertTrue(calls < 200, "it never succeeds");
                }
                try (StoreRig rig = StoreRig.open(crashed.after(crash))) {
                    boolean old = rig.workspaces().equals("a=4 b=4");
                    assertTrue(old || rig.workspaces().equals("a=1"), rig.workspaces() + " after " + crashed.calls());
                    oldStates += old ? 1 : 0;
                    newStates += old ? 0 : 1;
                }
            }
        }
        assertTrue(oldStates > 5 && newStates > 1, oldStates + " old, " + newStates + " new");
    }
}
