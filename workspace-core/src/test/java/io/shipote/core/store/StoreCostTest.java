package io.shipote.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.store.MemoryFiles.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What a mutation costs, and what happens when too many come. */
class StoreCostTest {
    private final MemoryFiles files = new MemoryFiles();

    @Test
    void theBytesWrittenPerPutDoNotDependOnTheNumberOfEntries() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("w00000", "v");
            long few = costOfOnePut(rig);
            putAll(rig, 2500);
            rig.fold();
            rig.put("w00000", "v");
            assertEquals(few, costOfOnePut(rig));
        }
    }

    private long costOfOnePut(StoreRig rig) {
        long before = files.written();
        rig.put("w00001", "v");
        return files.written() - before;
    }

    @Test
    void simultaneousPutsShareASync() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            rig.put("first", "1");
            CountDownLatch gate = new CountDownLatch(1);
            files.fault((n, call, path) -> {
                await(gate);
                return Outcome.PASS;
            });
            List<Optional<IOException>> answers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                rig.store.put(Section.WORKSPACES, "w" + i, StoreRig.entry("w" + i, "v"), answers::add);
            }
            rig.loop.run();
            assertEquals(0, answers.size(), "nothing is acknowledged before it is synced");
            gate.countDown();
            rig.loop.awaitUntil(() -> answers.size() == 500, StoreRig.LIMIT);
            assertTrue(answers.stream().allMatch(Optional::isEmpty));
            assertTrue(files.count("force", "state.journal") <= 2, () -> files.calls()
                    .toString());
            assertEquals(501, rig.store.entries(Section.WORKSPACES).size());
        }
    }

    @Test
    void tooManyWaitingPutsAndFoldsAreRefusedAsBusyAndTheRestIsKept() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            CountDownLatch gate = new CountDownLatch(1);
            files.fault((n, call, path) -> {
                await(gate);
                return Outcome.PASS;
            });
            List<Optional<IOException>> answers = new ArrayList<>();
            List<FoldResult> folds = new ArrayList<>();
            for (int i = 0; i <= Waiting.MAX_MUTATIONS; i++) {
                rig.store.put(Section.WORKSPACES, "w" + i, StoreRig.entry("w" + i, "v"), answers::add);
            }
            for (int i = 0; i <= Waiting.MAX_FOLDS; i++) {
                rig.store.fold(folds::add);
            }
            rig.loop.run();
            assertInstanceOf(StoreBusyException.class, answers.get(0).orElseThrow());
            assertInstanceOf(StoreBusyException.class, folds.get(0).error().orElseThrow());
            gate.countDown();
            rig.loop.awaitUntil(
                    () -> answers.size() == Waiting.MAX_MUTATIONS + 1 && folds.size() == Waiting.MAX_FOLDS + 1,
                    StoreRig.LIMIT);
            assertEquals(
                    Waiting.MAX_MUTATIONS, rig.store.entries(Section.WORKSPACES).size());
            assertEquals(1, folds.stream().filter(FoldResult::written).count());
        }
    }

    @Test
    void tooLargeAnEntryIsRefused() throws IOException {
        try (StoreRig rig = StoreRig.open(files)) {
            String large = "x".repeat(StateStore.MAX_ENTRY_BYTES);
            assertTrue(rig.put(Section.WORKSPACES, "a", large).isPresent());
            assertTrue(rig.put(Section.WORKSPACES, "k".repeat(StateStore.MAX_KEY_BYTES + 1), "v")
                    .isPresent());
            assertEquals("", rig.workspaces());
        }
    }

    private static void putAll(StoreRig rig, int count) {
        List<Object> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String id = String.format("w%05d", i);
            rig.store.put(Section.WORKSPACES, id, StoreRig.entry(id, "v"), answers::add);
        }
        rig.loop.awaitUntil(() -> answers.size() == count, StoreRig.LIMIT);
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
