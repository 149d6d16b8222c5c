package io.shipote.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is sent to a socket that somebody else may have made. */
class OwnDirectoryTest {
    @TempDir
    Path directory;

    private static int ownUid() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    private static void refused(Path directory, int uid, String why) {
        ShipoteException refused = assertThrows(ShipoteException.class, () -> OwnDirectory.require(directory, uid));
        assertEquals(ErrorCode.DENIED, refused.code());
        assertTrue(refused.getMessage().startsWith(directory + " " + why), refused.getMessage());
        assertTrue(refused.getMessage().contains("(choose another with $XDG_RUNTIME_DIR"), refused.getMessage());
    }

    @Test
    void itMustBeOneOfOurOwnThatNobodyElseCanWriteTo() throws IOException {
        Path ours = Files.createDirectory(directory.resolve("ours"));
        Files.setPosixFilePermissions(ours, PosixFilePermissions.fromString("rwx--x--x"));
        OwnDirectory.require(ours, ownUid());
        refused(ours, ownUid() + 1, "belongs to user " + ownUid() + ", not " + (ownUid() + 1));
        refused(Files.createSymbolicLink(directory.resolve("link"), ours), ownUid(), "is no directory");
        Files.setPosixFilePermissions(ours, PosixFilePermissions.fromString("rwxrwx---"));
        refused(ours, ownUid(), "can be written by others");
        assertThrows(NoSuchFileException.class, () -> OwnDirectory.require(directory.resolve("none"), ownUid()));
    }

    @Test
    void onlyThePlaceThatAnybodyCouldTakeIsLookedAt() throws IOException {
        int somebody = ThreadLocalRandom.current().nextInt(1 << 30, Integer.MAX_VALUE);
        Locations locations = new Locations(Map.of("HOME", directory.toString()), () -> somebody);
        Path usual = locations.socket();
        assertThrows(NoDaemonException.class, () -> locations.requireOurs(usual));
        Path taken = Files.createDirectory(Path.of("/tmp/shipote-" + somebody));
        try {
            ShipoteException refused = assertThrows(ShipoteException.class, () -> locations.requireOurs(usual));
            assertEquals(ErrorCode.DENIED, refused.code());
            Locations another = new Locations(Map.of("XDG_RUNTIME_DIR", directory.toString()), () -> somebody);
            assertEquals(usual, another.requireOurs(usual));
            Path elsewhere = directory.resolve("control.sock");
            assertEquals(elsewhere, locations.requireOurs(elsewhere));
        } finally {
            Files.delete(taken);
        }
    }
}
