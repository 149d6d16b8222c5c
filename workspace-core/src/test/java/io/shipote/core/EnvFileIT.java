package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.EnvVar;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of environment variables. */
class EnvFileIT {
    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("env"), text);
    }

    @Test
    void valuesAreTakenAsTheyStand() throws IOException {
        assertEquals(
                List.of(
                        new EnvVar("A", "1"),
                        new EnvVar("B", " 'x' = y #z "),
                        new EnvVar("C", ""),
                        new EnvVar("D", "last")),
                EnvFile.read(file("# comment\nA=1\r\n\n  \nB= 'x' = y #z \nC=\nD=last")));
        assertEquals(List.of(), EnvFile.read(file("")));
    }

    @Test
    void aBadLineIsNamedByItsNumberAndNotByItsText() throws IOException {
        for (String bad : List.of("hunter2", "=hunter2", "A=hunter2\0")) {
            IOException e = assertThrows(IOException.class, () -> EnvFile.read(file("A=1\n" + bad + "\n")));
            assertTrue(e.getMessage().startsWith("line 2 of its env_file /"), e.getMessage());
            assertFalse(e.getMessage().contains("hunter2"), e.getMessage());
        }
    }

    @Test
    void whatIsNoFileOrTooLargeOrNoTextIsRefused() throws IOException {
        assertMessage(directory.resolve("none"), "does not exist");
        assertMessage(directory, "is no regular file");
        assertMessage(Path.of("/dev/zero"), "is no regular file");
        assertMessage(file("A=" + "x".repeat(EnvFile.MAX_BYTES)), "has more than 1048576 bytes");
        assertMessage(Files.write(directory.resolve("bytes"), new byte[] {'A', '=', (byte) 0xff}), "is not UTF-8");
    }

    private static void assertMessage(Path file, String end) {
        IOException e = assertThrows(IOException.class, () -> EnvFile.read(file));
        assertEquals("its env_file " + file + " " + end, e.getMessage());
    }
}
