package io.shipote.core.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the files below and leaves them as they are: whatever would change one is passed over. */
final class ReadOnlyFiles implements StoreFiles {
    private final StoreFiles below;

    ReadOnlyFiles(StoreFiles below) {
        this.below = below;
    }

    @Override
    public void makeDirs(Path directory) {
        // Passed over.
    }

    @Override
    public boolean exists(Path path) {
        return below.exists(path);
    }

    @Override
    public Optional<byte[]> read(Path path, long max) throws IOException {
        return below.read(path, max);
    }

    @Override
    public OpenFile create(Path path) {
        return new Nowhere();
    }

    @Override
    public OpenFile open(Path path) {
        return new Nowhere();
    }

    @Override
    public void rename(Path from, Path to) {
        // Passed over.
    }

    @Override
    public void link(Path existing, Path name) {
        // Passed over.
    }

    @Override
    public void syncDir(Path directory) {
        // Passed over.
    }

    @Override
    public List<String> list(Path directory) throws IOException {
        return below.list(directory);
    }

    @Override
    public void delete(Path path) {
        // Passed over.
    }

    private static final class Nowhere implements OpenFile {
        @Override
        public void write(ByteBuffer bytes, long offset) {
            bytes.position(bytes.limit());
        }

        @Override
        public long size() {
            return 0;
        }

        @Override
        public void force() {
            // Nothing was written.
        }

        @Override
        public void truncate(long length) {
            // Passed over.
        }

        @Override
        public void close() {
            // Nothing was opened.
        }
    }
}
