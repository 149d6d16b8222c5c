package io.shipote.core.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The file layer below the store, so that tests can let any call of it fail. Blocking; may be used by any thread. */
public interface StoreFiles {
    /** Makes the directory and its parents, mode 0700, if they are not there. */
    void makeDirs(Path directory) throws IOException;

    boolean exists(Path path);

    /**
     * The whole file, or empty if there is none.
     *
     * @throws IOException also if the file has more than {@code max} bytes
     */
    Optional<byte[]> read(Path path, long max) throws IOException;

    /** Makes a new file of mode 0600 that must not exist. */
    OpenFile create(Path path) throws IOException;

    /** Opens an existing file for writing. */
    OpenFile open(Path path) throws IOException;

    /** Puts the file in the other's place in one step. */
    void rename(Path from, Path to) throws IOException;

    /** Gives the file a second name, which must not exist; copies it where the file system has no links. */
    void link(Path existing, Path name) throws IOException;

    /** Makes the directory's names durable. */
    void syncDir(Path directory) throws IOException;

    /** The names in the directory in ascending order; none if there is no directory. */
    List<String> list(Path directory) throws IOException;

    /** Deletes the file or the empty directory, if there is one. */
    void delete(Path path) throws IOException;

    /** An open file. To be used by one thread at a time. */
    interface OpenFile extends Closeable {
        /** Writes all of the bytes there; after an error any part of them may have been written. */
        void write(ByteBuffer bytes, long offset) throws IOException;

        /** How many bytes the file has. */
        long size() throws IOException;

        /** Makes contents and length durable ({@code fdatasync}). */
        void force() throws IOException;

        void truncate(long length) throws IOException;
    }
}
