package io.shipote.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.store.MemoryFiles.Crash;
import io.shipote.core.store.MemoryFiles.Fault;
import io.shipote.core.store.MemoryFiles.Outcome;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of fault at each call that it can befall, once and as a disk that stays bad until it is mended: all that was
 * acknowledged is there after a loss of power, nothing is there twice, what was refused is there whole or not at all, and
 * once the disk is well again a save makes the store well too.
 */
class FaultKindsTest {
    enum Kind {
        SHORT_WRITE("write", Outcome.HALF),
        NO_SPACE_AT_WRITE("write", Outcome.FAIL),
        NO_SPACE_AT_CREATE("create", Outcome.FAIL),
        NO_SPACE_AFTER_CREATE("create", Outcome.HALF),
        EIO_AT_OPEN("open", Outcome.FAIL),
        EIO_AT_SYNC("force", Outcome.FAIL),
        EIO_AT_SYNC_AND_BYTES_GIVEN_UP("force", Outcome.LOST),
        EIO_AFTER_SYNC("force", Outcome.HALF),
        EIO_AT_TRUNCATE("truncate", Outcome.FAIL),
        EIO_AT_LINK("link", Outcome.FAIL),
        EIO_AT_RENAME("rename", Outcome.FAIL),
        EIO_AFTER_RENAME("rename", Outcome.HALF),
        EIO_AT_DIRECTORY_SYNC("syncDir", Outcome.FAIL),
        EIO_AFTER_DIRECTORY_SYNC("syncDir", Outcome.HALF);

        private final String call;
        private final Outcome outcome;

        Kind(String call, Outcome outcome) {
            this.call = call;
            this.outcome = outcome;
        }

        /** From the n-th such call on, at most so many. */
        private Fault from(int n, int times) {
            int[] seen = {0};
            return (i, name, path) -> {
                if (!name.equals(call)) {
                    return Outcome.PASS;
                }
                int which = ++seen[0];
                return which >= n && which < n + times ? outcome : Outcome.PASS;
            };
        }
    }

    private final Ledger ledger = new Ledger();

    @ParameterizedTest
    @EnumSource(Kind.class)
    void onceAtEachCall(Kind kind) throws IOException {
        int calls = calls(kind);
        assertTrue(calls > 0 || kind == Kind.EIO_AT_TRUNCATE, kind + " befalls nothing");
        for (int n = 1; n <= calls; n++) {
            fail(kind.from(n, 1), kind + " at the call " + n + " of " + calls);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void fromEachCallOnUntilTheDiskIsMended(Kind kind) throws IOException {
        for (int n = 1; n <= Math.max(1, calls(kind)); n++) {
            fail(kind.from(n, 1_000_000), kind + " from the call " + n + " on");
        }
    }

    /** A record that can be neither written nor taken back, at each write. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"SHORT_WRITE", "EIO_AT_SYNC", "EIO_AT_SYNC_AND_BYTES_GIVEN_UP", "EIO_AFTER_SYNC"})
    void atEachCallAndNothingCanBeTakenBack(Kind kind) throws IOException {
        for (int n = 1; n <= calls(kind); n++) {
            Fault first = kind.from(n, 1);
            Fault fault = (i, call, path) -> call.equals("truncate") ? Outcome.FAIL : first.at(i, call, path);
            fail(fault, kind + " at the call " + n + ", and no file can be cut");
        }
    }

    private int calls(Kind kind) throws IOException {
        MemoryFiles files = ledger.prepared();
        try (StoreRig rig = StoreRig.open(files)) {
            files.fault((i, call, path) -> Outcome.PASS);
            ledger.script(rig);
            assertTrue(ledger.nothingRefused());
            return (int) files.calls().stream()
                    .filter(call -> call.startsWith(kind.call + " "))
                    .count();
        }
    }

    private void fail(Fault fault, String where) throws IOException {
        MemoryFiles files = ledger.prepared();
        try (StoreRig rig = StoreRig.open(files)) {
            files.fault(fault);
            ledger.script(rig);
            assertEquals(ledger.expected(), Ledger.live(rig), where + ": what is served is what was acknowledged");
            for (Crash crash : Crash.values()) {
                ledger.check(files.after(crash), true, where + ", then " + crash);
            }
            files.fault((i, call, path) -> Outcome.PASS);
            assertTrue(rig.tryFold().error().isEmpty(), where + ": a save mends it");
            assertTrue(ledger.put(rig, "after", "1"), where + ": changes are taken again");
            ledger.check(files.after(Crash.POWER), false, where + ", mended, then power is lost");
        }
        ledger.check(files, false, where + ", mended and stopped");
    }
}
