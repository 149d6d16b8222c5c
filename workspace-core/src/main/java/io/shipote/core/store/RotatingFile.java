package io.shipote.core.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of lines that is only appended to, and of which only so much is kept: when a line would make it too large it
 * becomes {@code NAME.1}, the one before that {@code NAME.2}, and the last is deleted. Nothing is synced. Blocking; to be
 * used by one thread.
 */
public final class RotatingFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RotatingFile.class);
    private static final long MAX_READ_BYTES = 2L << 30;

    private final StoreFiles files;
    private final Path path;
    private final long maxBytes;
    private final int kept;
    private StoreFiles.OpenFile file;
    private long end;

    /**
     * A file that is opened, or made, when it is first written.
     *
     * @param maxBytes how large one file may become; a single line may be larger
     * @param kept files at one time, from 1
     */
    public RotatingFile(StoreFiles files, Path path, long maxBytes, int kept) {
        this.files = files;
        this.path = path;
        this.maxBytes = maxBytes;
        this.kept = kept;
    }

    /** Appends whole lines, all or none of them. */
    public void append(byte[] lines) throws IOException {
        open();
        if (end > 0 && end + lines.length > maxBytes) {
            rotate();
            open();
        }
        try {
            file.write(ByteBuffer.wrap(lines), end);
            end += lines.length;
        } catch (IOException e) {
            throw takeBack(e);
        }
    }

    /** A part of a line must not stay: the next one would be unreadable. */
    private IOException takeBack(IOException error) {
        try {
            file.truncate(end);
        } catch (IOException e) {
            error.addSuppressed(e);
        }
        close();
        return error;
    }

    private void open() throws IOException {
        if (file != null) {
            return;
        }
        Optional<byte[]> found = files.read(path, MAX_READ_BYTES);
        if (found.isEmpty()) {
            file = files.create(path);
            end = 0;
            return;
        }
        file = files.open(path);
        // A loss of power may have left part of a line: it goes.
        end = wholeLines(found.get());
        if (end < found.get().length) {
            file.truncate(end);
        }
    }

    private static int wholeLines(byte[] bytes) {
        int length = bytes.length;
        while (length > 0 && bytes[length - 1] != '\n') {
            length--;
        }
        return length;
    }

    private void rotate() throws IOException {
        close();
        files.delete(generation(kept - 1));
        for (int i = kept - 1; i > 0; i--) {
            if (files.exists(generation(i - 1))) {
                files.rename(generation(i - 1), generation(i));
            }
        }
    }

    private Path generation(int number) {
        return number == 0 ? path : path.resolveSibling(path.getFileName() + "." + number);
    }

    /** The last lines, oldest first, without their ends; fewer if there are no more. */
    public List<String> tail(int count) throws IOException {
        Deque<String> found = new ArrayDeque<>();
        for (int i = 0; i < kept && found.size() < count; i++) {
            try {
                byte[] bytes = files.read(generation(i), MAX_READ_BYTES).orElse(new byte[0]);
                addLast(found, bytes, count);
            } catch (NoSuchFileException e) {
                // Deleted by hand meanwhile: there is no more.
                break;
            }
        }
        return List.copyOf(found);
    }

    private static void addLast(Deque<String> found, byte[] bytes, int count) {
        int stop = wholeLines(bytes) - 1;
        while (stop >= 0 && found.size() < count) {
            int start = stop;
            while (start > 0 && bytes[start - 1] != '\n') {
                start--;
            }
            found.addFirst(new String(bytes, start, stop - start, StandardCharsets.UTF_8));
            stop = start - 1;
        }
    }

    /** Closes the file; the next append opens it anew. */
    @Override
    public void close() {
        if (file == null) {
            return;
        }
        try {
            file.close();
        } catch (IOException e) {
            LOG.debug("closing {}: every write has been answered for, so nothing is lost", path, e);
        }
        file = null;
    }
}
