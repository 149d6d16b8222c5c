package io.shipote.daemon.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketPathIT {
    @TempDir
    Path directory;

    @Test
    void thePathMayHave107Bytes() throws IOException {
        String base = "/" + "x".repeat(105);
        assertEquals(base + "y", new SocketPath(Path.of(base + "y")).path().toString());
        assertRefused(() -> new SocketPath(Path.of(base + "yy")), "108 bytes");
        assertRefused(() -> new SocketPath(Path.of("/" + "ü".repeat(54))), "109 bytes");
    }

    @Test
    void theDirectoryIsMadeForItsOwnerAlone() throws IOException {
        SocketPath socket = new SocketPath(directory.resolve("a/b/x.sock"));
        socket.prepareDirectory();
        for (String each : new String[] {"a", "a/b"}) {
            assertEquals(
                    "rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(each))));
        }
        socket.prepareDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxrwxrwx", "rwxrwx---", "rwx----w-"})
    void aDirectoryThatOthersMayWriteIsRefused(String mode) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(mode));
        assertRefused(() -> new SocketPath(directory.resolve("x.sock")).prepareDirectory(), "written by others");
    }

    @Test
    void someoneElsesDirectoryIsRefused() throws IOException {
        assumeTrue(SocketPath.ownUid() == 0, "only root can give a directory away");
        Files.setAttribute(directory, "unix:uid", 4711);
        assertRefused(() -> new SocketPath(directory.resolve("x.sock")).prepareDirectory(), "uid 4711");
    }

    private static void assertRefused(org.junit.jupiter.api.function.Executable what, String part) {
        IOException e = assertThrows(IOException.class, what);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
