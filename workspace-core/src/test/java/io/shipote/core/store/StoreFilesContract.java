package io.shipote.core.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the store relies on, for the real files and for those in memory. */
interface StoreFilesContract {
    StoreFiles files();

    Path dir();

    private void write(Path path, String text) throws IOException {
        try (StoreFiles.OpenFile file = files().create(path)) {
            file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
            file.force();
        }
    }

    private String read(Path path) throws IOException {
        return StoreRig.text(files().read(path, 100).orElseThrow());
    }

    @Test
    default void aFileThatIsNotThereReadsAsNone() throws IOException {
        assertEquals(Optional.empty(), files().read(dir().resolve("none"), 100));
        assertFalse(files().exists(dir().resolve("none")));
        assertThrows(NoSuchFileException.class, () -> files().open(dir().resolve("none")));
        assertEquals(List.of(), files().list(dir().resolve("nowhere")));
        files().delete(dir().resolve("none"));
    }

    @Test
    default void createWantsANewNameAndReadHasABound() throws IOException {
        Path path = dir().resolve("a");
        write(path, "hello");
        assertEquals("hello", read(path));
        assertThrows(FileAlreadyExistsException.class, () -> files().create(path));
        assertThrows(IOException.class, () -> files().read(path, 4));
    }

    @Test
    default void writesGoToTheirOffsetAndTruncateCuts() throws IOException {
        Path path = dir().resolve("a");
        write(path, "hello");
        try (StoreFiles.OpenFile file = files().open(path)) {
            file.write(ByteBuffer.wrap(new byte[] {'p', '!', '?'}), 3);
            file.truncate(5);
            assertEquals(5, file.size());
            file.truncate(50);
            file.force();
        }
        assertEquals("help!", read(path));
    }

    @Test
    default void aLargeFileIsReadAsItWasWritten() throws IOException {
        byte[] bytes = new byte[(1 << 20) + 3];
        new Random(7).nextBytes(bytes);
        Path path = dir().resolve("large");
        try (StoreFiles.OpenFile file = files().create(path)) {
            file.write(ByteBuffer.wrap(bytes, 0, 5), 0);
            file.write(ByteBuffer.wrap(bytes, 5, bytes.length - 5), 5);
        }
        assertArrayEquals(bytes, files().read(path, bytes.length).orElseThrow());
    }

    @Test
    default void renameReplaces() throws IOException {
        write(dir().resolve("a"), "new");
        write(dir().resolve("b"), "old");
        files().rename(dir().resolve("a"), dir().resolve("b"));
        files().syncDir(dir());
        assertEquals("new", read(dir().resolve("b")));
        assertEquals(List.of("b"), files().list(dir()));
        assertThrows(IOException.class, () -> files().rename(dir().resolve("a"), dir().resolve("b")));
    }

    @Test
    default void aLinkKeepsTheOldContentWhenTheNameIsReplaced() throws IOException {
        write(dir().resolve("a"), "old");
        files().link(dir().resolve("a"), dir().resolve("a.1"));
        assertThrows(FileAlreadyExistsException.class, () -> files().link(dir().resolve("a"), dir().resolve("a.1")));
        write(dir().resolve("b"), "new");
        files().rename(dir().resolve("b"), dir().resolve("a"));
        assertArrayEquals(
                new String[] {"new", "old"}, new String[] {read(dir().resolve("a")), read(dir().resolve("a.1"))});
    }

    @Test
    default void namesAreListedInOrderAndDeleted() throws IOException {
        write(dir().resolve("b"), "1");
        write(dir().resolve("a"), "2");
        assertEquals(List.of("a", "b"), files().list(dir()));
        files().delete(dir().resolve("a"));
        assertEquals(List.of("b"), files().list(dir()));
        assertTrue(files().exists(dir().resolve("b")));
    }
}
