package io.shipote.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The store on a real disk. */
class StateStoreIT {
    @TempDir
    private Path dir;

    private StoreRig open() throws IOException {
        return StoreRig.open(dir.resolve("shipote"), new DiskFiles());
    }

    private Path file(String name) {
        return dir.resolve("shipote").resolve(name);
    }

    @Test
    void s2_aSecondSaveLeavesTheMtimeAndTheFilesArePrivate() throws IOException {
        try (StoreRig rig = open()) {
            rig.put("a", "1");
            assertTrue(rig.fold());
            FileTime old = FileTime.fromMillis(1_000_000_000_000L);
            Files.setLastModifiedTime(file("state.json"), old);
            assertFalse(rig.fold());
            assertEquals(old, Files.getLastModifiedTime(file("state.json")));
            rig.put("a", "2").fold();
        }
        for (String name :
                List.of("state.json", "state.json.1", "state.json.last", "state.journal", "state.journal.last")) {
            assertEquals("rw-------", DiskFilesIT.mode(file(name)), name);
        }
        try (var names = Files.list(dir.resolve("shipote"))) {
            assertEquals(5, names.count());
        }
    }

    @Test
    void whatWasAcknowledgedIsThereWithoutAFoldAndATornEndIsCut() throws IOException {
        Path copy = dir.resolve("copy");
        try (StoreRig rig = open()) {
            rig.put("a", "1").put("b", "2");
            Files.createDirectories(copy);
            byte[] journal = Files.readAllBytes(file("state.journal"));
            Files.write(copy.resolve("state.journal"), Arrays.copyOf(journal, journal.length - 3));
        }
        try (StoreRig rig = StoreRig.open(copy, new DiskFiles())) {
            assertEquals("a=1", rig.workspaces());
            rig.put("c", "3");
        }
        try (StoreRig rig = StoreRig.open(copy, new DiskFiles())) {
            assertEquals("a=1 c=3", rig.workspaces());
        }
    }

    @Test
    void aTornSnapshotIsRefusedAndUntouched() throws IOException {
        try (StoreRig rig = open()) {
            rig.put("a", "1");
        }
        byte[] whole = Files.readAllBytes(file("state.json"));
        byte[] torn = Arrays.copyOf(whole, whole.length - 5);
        Files.write(file("state.json"), torn);
        assertThrows(StateUnreadableException.class, this::open);
        assertArrayEquals(torn, Files.readAllBytes(file("state.json")));
    }
}
