package io.shipote.core.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Files in memory that know what a loss of power would leave of them, count their calls, and fail where a test says so.
 * For any threads.
 */
final class MemoryFiles implements StoreFiles {
    /**
     * What becomes of a call. HALF: done in part, or done and reported as failed. LOST: as FAIL, but a failed sync gives its
     * bytes up, so that a later one that succeeds does not write them either, as Linux does (fsync(2), EIO).
     */
    enum Outcome {
        PASS,
        FAIL,
        HALF,
        LOST
    }

    /** Decides about the n-th call, from 1; it may block. */
    @FunctionalInterface
    interface Fault {
        Outcome at(int n, String call, Path path);
    }

    /** What a crash leaves. */
    enum Crash {
        /** The process dies: all that was written is there. */
        KILL,
        /** Power is lost: only what was synced. */
        POWER,
        /** Power is lost, but the file system had written its names. */
        POWER_NAMES_KEPT,
        /** Power is lost, and of what was not synced only the last change of a name is there. */
        POWER_LAST_NAME_KEPT,
        /** Power is lost; the names are there, and of what was not synced every other sector. */
        POWER_SECTORS_KEPT
    }

    private static final int SECTOR = 512;

    private static final class Node {
        private byte[] bytes = new byte[0];
        private byte[] durable = new byte[0];
        /** The bytes that the next sync will write. */
        private final BitSet dirty = new BitSet();

        private void sync() {
            durable = Arrays.copyOf(durable, bytes.length);
            dirty.stream().filter(at -> at < bytes.length).forEach(at -> durable[at] = bytes[at]);
            dirty.clear();
        }

        private byte[] sectors() {
            byte[] kept = Arrays.copyOf(durable, Math.max(durable.length, bytes.length));
            dirty.stream()
                    .filter(at -> at < bytes.length && at / SECTOR % 2 == 1)
                    .forEach(at -> kept[at] = bytes[at]);
            return kept;
        }

        private byte[] after(Crash crash) {
            return switch (crash) {
                case KILL -> bytes;
                case POWER_SECTORS_KEPT -> sectors();
                default -> durable;
            };
        }
    }

    private final Map<Path, Node> names = new TreeMap<>();
    private final Map<Path, Node> durableNames = new TreeMap<>();
    private Consumer<Map<Path, Node>> lastName = map -> {};
    private final List<String> calls = new ArrayList<>();
    private volatile Fault fault = (n, call, path) -> Outcome.PASS;
    private long written;

    void fault(Fault next) {
        synchronized (this) {
            calls.clear();
        }
        fault = next;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** The calls of this kind on the file of this name. */
    long count(String call, String name) {
        return calls().stream().filter((call + " " + name)::equals).count();
    }

    /** Bytes written to any file so far. */
    synchronized long written() {
        return written;
    }

    synchronized Optional<byte[]> bytes(Path path) {
        return Optional.ofNullable(names.get(path)).map(node -> node.bytes.clone());
    }

    /** Puts a durable file there, or none. */
    synchronized void set(Path path, byte[] bytes) {
        names.remove(path);
        if (bytes != null) {
            Node node = new Node();
            node.bytes = bytes.clone();
            node.durable = node.bytes;
            names.put(path, node);
        }
        durableNames.clear();
        durableNames.putAll(names);
    }

    /** The files as the next process finds them: after a power loss all of it durable, else what is not stays so. */
    synchronized MemoryFiles after(Crash crash) {
        MemoryFiles next = new MemoryFiles();
        if (crash == Crash.KILL) {
            Map<Node, Node> copies = new IdentityHashMap<>();
            names.forEach((path, node) -> next.names.put(path, copies.computeIfAbsent(node, MemoryFiles::copy)));
            durableNames.forEach(
                    (path, node) -> next.durableNames.put(path, copies.computeIfAbsent(node, MemoryFiles::copy)));
            return next;
        }
        boolean all = crash == Crash.POWER_NAMES_KEPT || crash == Crash.POWER_SECTORS_KEPT;
        Map<Path, Node> kept = new TreeMap<>(all ? names : durableNames);
        if (crash == Crash.POWER_LAST_NAME_KEPT) {
            lastName.accept(kept);
        }
        kept.forEach((path, node) -> next.set(path, node.after(crash)));
        return next;
    }

    private static Node copy(Node node) {
        Node copy = new Node();
        copy.bytes = node.bytes.clone();
        copy.durable = node.durable.clone();
        copy.dirty.or(node.dirty);
        return copy;
    }

    private void change(Consumer<Map<Path, Node>> change) {
        change.accept(names);
        lastName = change;
    }

    @Override
    public void makeDirs(Path directory) {}

    @Override
    public synchronized boolean exists(Path path) {
        return names.containsKey(path);
    }

    @Override
    public Optional<byte[]> read(Path path, long max) throws IOException {
        call("read", path);
        // A read has no half.
        Optional<byte[]> bytes = bytes(path);
        if (bytes.isPresent() && bytes.get().length > max) {
            throw new IOException(path + " is too large");
        }
        return bytes;
    }

    @Override
    public OpenFile create(Path path) throws IOException {
        Outcome outcome = call("create", path);
        synchronized (this) {
            if (names.containsKey(path)) {
                throw new FileAlreadyExistsException(path.toString());
            }
            Node node = new Node();
            change(map -> map.put(path, node));
        }
        return opened(path, outcome);
    }

    @Override
    public OpenFile open(Path path) throws IOException {
        return opened(path, call("open", path));
    }

    private synchronized OpenFile opened(Path path, Outcome outcome) throws IOException {
        end(outcome);
        return new MemoryFile(path, node(path));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        Outcome outcome = call("rename", to);
        synchronized (this) {
            Node node = node(from);
            change(map -> {
                map.put(to, node);
                map.remove(from);
            });
        }
        end(outcome);
    }

    @Override
    public void link(Path existing, Path name) throws IOException {
        Outcome outcome = call("link", name);
        synchronized (this) {
            if (names.containsKey(name)) {
                throw new FileAlreadyExistsException(name.toString());
            }
            Node node = node(existing);
            change(map -> map.put(name, node));
        }
        end(outcome);
    }

    @Override
    public void syncDir(Path directory) throws IOException {
        Outcome outcome = call("syncDir", directory);
        synchronized (this) {
            durableNames.clear();
            durableNames.putAll(names);
            lastName = map -> {};
        }
        end(outcome);
    }

    @Override
    public synchronized List<String> list(Path directory) {
        return names.keySet().stream()
                .filter(path -> path.startsWith(directory) && !path.equals(directory))
                .map(path -> directory.relativize(path).getName(0).toString())
                .distinct()
                .toList();
    }

    @Override
    public void delete(Path path) throws IOException {
        Outcome outcome = call("delete", path);
        synchronized (this) {
            change(map -> map.remove(path));
        }
        end(outcome);
    }

    private synchronized Node node(Path path) throws NoSuchFileException {
        Node node = names.get(path);
        if (node == null) {
            throw new NoSuchFileException(path.toString());
        }
        return node;
    }

    private Outcome call(String call, Path path) throws IOException {
        String name = path.getFileName().toString().replaceAll("\\.tmp-.*", ".tmp");
        int n;
        synchronized (this) {
            calls.add(call + " " + name);
            n = calls.size();
        }
        Outcome outcome = fault.at(n, call, path);
        if (outcome == Outcome.FAIL || outcome == Outcome.LOST && !call.equals("force")) {
            throw new IOException("Input/output error (" + call + " " + name + ")");
        }
        return outcome;
    }

    private static void end(Outcome outcome) throws IOException {
        if (outcome == Outcome.HALF) {
            throw new IOException("No space left on device");
        }
    }

    private final class MemoryFile implements OpenFile {
        private final Path path;
        private final Node node;

        private MemoryFile(Path path, Node node) {
            this.path = path;
            this.node = node;
        }

        @Override
        public void write(ByteBuffer bytes, long offset) throws IOException {
            Outcome outcome = call("write", path);
            synchronized (MemoryFiles.this) {
                int length = outcome == Outcome.HALF ? bytes.remaining() / 2 : bytes.remaining();
                int at = (int) offset;
                node.bytes = Arrays.copyOf(node.bytes, Math.max(node.bytes.length, at + length));
                bytes.get(node.bytes, at, length);
                node.dirty.set(at, at + length);
                written += length;
            }
            end(outcome);
        }

        @Override
        public long size() {
            synchronized (MemoryFiles.this) {
                return node.bytes.length;
            }
        }

        @Override
        public void force() throws IOException {
            Outcome outcome = call("force", path);
            synchronized (MemoryFiles.this) {
                if (outcome == Outcome.LOST) {
                    node.dirty.clear();
                    throw new IOException("Input/output error (force)");
                }
                node.sync();
            }
            end(outcome);
        }

        @Override
        public void truncate(long length) throws IOException {
            Outcome outcome = call("truncate", path);
            synchronized (MemoryFiles.this) {
                if (length < node.bytes.length) {
                    node.bytes = Arrays.copyOf(node.bytes, (int) length);
                    node.dirty.clear((int) length, Integer.MAX_VALUE);
                }
            }
            end(outcome);
        }

        @Override
        public void close() {}
    }
}
