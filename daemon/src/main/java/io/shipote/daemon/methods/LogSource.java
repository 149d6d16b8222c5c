package io.shipote.daemon.methods;

import io.shipote.card.wire.CommandCalls.LogsOut;
import io.shipote.card.wire.LogPosition;
import io.shipote.core.LogHead;
import io.shipote.core.store.RunRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Base64;
import java.util.Optional;

/** A log file that is being read. Its methods block and are called from one thread at a time. */
final class LogSource {
    /** Bytes of one reply, before base64. */
    static final int CHUNK = 256 * 1024;

    private final String id;
    private final String label;
    private final String run;
    private final String stream;
    private final Path file;
    private long tail;
    private long offset;
    private boolean begun;

    /** @param record of the run that writes it */
    LogSource(RunRecord record, String label, String stream, Path file) {
        this.id = record.command().text();
        this.run = record.run().text();
        this.label = label;
        this.stream = stream;
        this.file = file;
    }

    Path file() {
        return file;
    }

    /** The first read starts that many bytes before the end; at the beginning for 0. */
    void tail(long bytes) {
        tail = bytes;
    }

    /** The first read starts there. */
    void from(long position) {
        begun = true;
        offset = position;
    }

    /** Whether it is what the position is in. */
    boolean has(LogPosition position) {
        return run.equals(position.run()) && stream.equals(position.stream());
    }

    /** Where the next read starts. */
    LogPosition position() {
        return new LogPosition(run, stream, offset);
    }

    /** What comes next; empty at the end of what has been written so far, or where there is no file. */
    Optional<LogsOut> next() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (!begun) {
                begun = true;
                offset = tail > 0 ? Math.max(0, size - tail) : 0;
            }
            if (size < offset) {
                // It was emptied.
                offset = 0;
            }
            // The head of a long log has been given back to the file system and reads as zeros: nobody wants those.
            offset = LogHead.of(file, offset, size);
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK, size - offset));
            int read = channel.read(buffer, offset);
            if (read <= 0) {
                return Optional.empty();
            }
            buffer.flip();
            byte[] bytes = new byte[read];
            buffer.get(bytes);
            LogsOut out =
                    new LogsOut(id, label, stream, offset, Base64.getEncoder().encodeToString(bytes), Optional.of(run));
            offset += read;
            return Optional.of(out);
        } catch (NoSuchFileException e) {
            // A stage whose output goes into a pipe has no file; a run that was pruned has none any more.
            return Optional.empty();
        }
    }
}
