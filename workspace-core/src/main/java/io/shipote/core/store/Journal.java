package io.shipote.core.store;

import io.shipote.core.store.JournalRecord.Folded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The open journal: what it has appended is durable, and what failed is taken back. To be used by one thread.
 *
 * <p>If a failed record cannot be taken back, nothing may be written behind it: the journal is <em>broken</em> and
 * refuses everything until {@link #repair} has put a whole file in its place.
 */
final class Journal {
    /** Beyond this, only folding helps: the disk takes records but no snapshot. */
    static final long MAX_BYTES = 256L << 20;

    private final StoreFiles files;
    private final AtomicFiles atomic;
    private final Path path;
    private Mark base;
    private StoreFiles.OpenFile file;
    private long end;
    private boolean broken;
    private Optional<Mark> resetTo = Optional.empty();

    /**
     * @param base the snapshot that a new file will extend
     * @param end the length of the file to go on with; 0: there is none, or none of use
     */
    Journal(StoreFiles files, AtomicFiles atomic, Path path, Mark base, long end) {
        this.files = files;
        this.atomic = atomic;
        this.path = path;
        this.base = base;
        this.end = end;
    }

    /** The bytes of a whole journal with these records. */
    static byte[] file(Mark base, List<JournalRecord> records) {
        byte[] header = JournalFormat.header(base);
        byte[] group = JournalFormat.group(records);
        return ByteBuffer.allocate(header.length + group.length)
                .put(header)
                .put(group)
                .array();
    }

    /** In bytes; 0 before the first record of all. */
    long size() {
        return end;
    }

    boolean broken() {
        return broken;
    }

    /** Appends the records with one write and one sync: after an error none of them is there. */
    void append(List<JournalRecord> group) throws IOException {
        if (broken) {
            throw new IOException(path + " is read-only after a failed write, until a save succeeds");
        }
        byte[] bytes = JournalFormat.group(group);
        // A fold's own mark always passes, or nothing could end this.
        if (end + bytes.length > MAX_BYTES && !(group.get(0) instanceof Folded)) {
            throw new IOException(path + " has reached " + MAX_BYTES + " bytes");
        }
        open();
        try {
            file.write(ByteBuffer.wrap(bytes), end);
            file.force();
        } catch (IOException e) {
            throw takeBack(e);
        }
        end += bytes.length;
    }

    /** Starts a new file that extends this snapshot. After an error it is the old one, or broken. */
    void reset(Mark snapshot) throws IOException {
        byte[] header = JournalFormat.header(snapshot);
        Path staged = atomic.stage(path, header);
        try {
            atomic.commit(staged, path);
            reopen(header.length);
        } catch (IOException e) {
            // Which of the two files a crash would leave is open, so neither may get a record that counts.
            broken = true;
            resetTo = Optional.of(snapshot);
            throw e;
        }
        base = snapshot;
        resetTo = Optional.empty();
    }

    /** Makes a broken journal whole again with what it had acknowledged. */
    void repair() throws IOException {
        byte[] whole = resetTo.isPresent() ? JournalFormat.header(resetTo.get()) : acknowledged();
        atomic.replace(path, whole);
        reopen(whole.length);
        base = resetTo.orElse(base);
        resetTo = Optional.empty();
        broken = false;
    }

    void close() throws IOException {
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private void open() throws IOException {
        if (end == 0) {
            atomic.replace(path, JournalFormat.header(base));
            reopen(JournalFormat.HEADER_BYTES);
        } else if (file == null) {
            file = files.open(path);
        }
    }

    private void reopen(long length) throws IOException {
        close();
        file = files.open(path);
        end = length;
    }

    private IOException takeBack(IOException error) {
        try {
            file.truncate(end);
            file.force();
        } catch (IOException e) {
            broken = true;
            error.addSuppressed(e);
        }
        return error;
    }

    private byte[] acknowledged() throws IOException {
        byte[] found = files.read(path, MAX_BYTES * 2).orElse(new byte[0]);
        if (found.length < end) {
            throw new IOException(path + " has lost its end: " + found.length + " of " + end + " bytes");
        }
        return Arrays.copyOf(found, Math.toIntExact(end));
    }
}
