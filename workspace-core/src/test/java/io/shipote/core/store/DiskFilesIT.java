package io.shipote.core.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real files keep the contract, and their modes are private. */
class DiskFilesIT implements StoreFilesContract {
    private final StoreFiles files = new DiskFiles();

    @TempDir
    private Path dir;

    @Override
    public StoreFiles files() {
        return files;
    }

    @Override
    public Path dir() {
        return dir;
    }

    @Test
    void filesAre0600AndDirectories0700() throws IOException {
        Path made = dir.resolve("x/y");
        files.makeDirs(made);
        files.makeDirs(made);
        files.create(made.resolve("f")).close();
        assertEquals("rwx------", mode(dir.resolve("x")));
        assertEquals("rwx------", mode(made));
        assertEquals("rw-------", mode(made.resolve("f")));
    }

    static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
