package io.shipote.core;

import io.shipote.core.store.StoreFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The store's files in memory, which may be full. For any threads. */
public final class MemoryDisk implements StoreFiles {
    private final Map<Path, byte[]> files = new ConcurrentHashMap<>();
    private volatile boolean full;
    private volatile long writes;

    /** From now on every write fails with ENOSPC, or none does. */
    public void full(boolean now) {
        full = now;
    }

    /** How many writes there were, to any file. */
    public long writes() {
        return writes;
    }

    /** Puts a file there. */
    public void set(Path path, byte[] bytes) {
        files.put(path, bytes.clone());
    }

    @Override
    public void makeDirs(Path directory) {}

    @Override
    public boolean exists(Path path) {
        return files.containsKey(path);
    }

    @Override
    public Optional<byte[]> read(Path path, long max) {
        return Optional.ofNullable(files.get(path)).map(byte[]::clone);
    }

    @Override
    public OpenFile create(Path path) throws IOException {
        if (files.putIfAbsent(path, new byte[0]) != null) {
            throw new FileAlreadyExistsException(path.toString());
        }
        return new MemoryFile(path);
    }

    @Override
    public OpenFile open(Path path) throws IOException {
        there(path);
        return new MemoryFile(path);
    }

    private byte[] there(Path path) throws NoSuchFileException {
        byte[] bytes = files.get(path);
        if (bytes == null) {
            throw new NoSuchFileException(path.toString());
        }
        return bytes;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        files.put(to, there(from));
        files.remove(from);
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        if (files.putIfAbsent(name, there(existing)) != null) {
            throw new FileAlreadyExistsException(name.toString());
        }
    }

    @Override
    public void syncDir(Path directory) {}

    @Override
    public List<String> list(Path directory) {
        return files.keySet().stream()
                .filter(path -> path.startsWith(directory))
                .map(path -> directory.relativize(path).getName(0).toString())
                .distinct()
                .sorted()
                .toList();
    }

    @Override
    public void delete(Path path) {
        files.remove(path);
    }

    private final class MemoryFile implements OpenFile {
        private Path path;

        private MemoryFile(Path path) {
            this.path = path;
        }

        @Override
        public long size() throws IOException {
            return there(path).length;
        }

        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            if (full) {
                throw new IOException("No space left on device");
            }
            writes++;
            int at = (int) offset;
            byte[] old = there(path);
            byte[] next = Arrays.copyOf(old, Math.max(old.length, at + bytes.remaining()));
            bytes.get(next, at, bytes.remaining());
            files.put(path, next);
        }

        @Override
        public void force() {}

        @Override
        public void truncate(long length) throws IOException {
            byte[] old = there(path);
            files.put(path, Arrays.copyOf(old, (int) Math.min(length, old.length)));
        }

        @Override
        public void close() {}
    }
}
