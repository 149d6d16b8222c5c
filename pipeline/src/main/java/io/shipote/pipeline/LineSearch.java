package io.shipote.pipeline;

import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.Splice;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Finds the last newline of what waits in a pipe without taking anything out: a tee(2) into a pipe of its own, of which only
 * the tail is read. Confined to one thread.
 */
public final class LineSearch implements AutoCloseable {
    /** A longer line is not kept whole. */
    public static final int MAX_LINE_BYTES = 64 * 1024;

    private static final int FIRST_TAIL = 4_096;
    private static final int GROWTH = 8;

    private final Pipe copy;
    private final Fd sink;

    /**
     * What may be moved.
     *
     * @param whole bytes at the head: whole lines, or what else has to go; 0 = wait for more
     * @param piece whether they are part of a line that is too long
     */
    public record Found(long whole, boolean piece) {
        static final Found NOTHING = new Found(0, false);
    }

    /**
     * @param copy no larger than any pipe that is searched; owned
     * @param sink {@code /dev/null}, open for writing; owned
     */
    public LineSearch(Pipe copy, Fd sink) {
        this.copy = copy;
        this.sink = sink;
    }

    /** @param ended whether nobody writes to it any more */
    Found in(Fd pipe, boolean ended) throws IOException {
        for (int tail = FIRST_TAIL; ; tail *= GROWTH) {
            long seen = Splice.tee(pipe, copy.writeEnd(), Pump.MOVE_BYTES);
            if (seen <= 0) {
                return Found.NOTHING;
            }
            boolean full = !Splice.writable(copy.writeEnd());
            int newline = lastNewline(seen, tail);
            if (newline >= 0) {
                return new Found(Math.max(0, seen - tail) + newline + 1, false);
            }
            if (tail >= seen) {
                if (ended && seen == Pipe.queuedBytes(pipe)) {
                    return new Found(seen, false);
                }
                return full || seen >= MAX_LINE_BYTES ? new Found(seen, true) : Found.NOTHING;
            }
        }
    }

    /** Its position in the last {@code tail} bytes of {@code seen}; -1 if there is none. Empties the copy. */
    private int lastNewline(long seen, int tail) throws IOException {
        long skipped = 0;
        while (skipped < seen - tail) {
            skipped += Math.max(0, Splice.splice(copy.readEnd(), sink, seen - tail - skipped));
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) (seen - skipped));
        while (buffer.hasRemaining()) {
            copy.readEnd().read(buffer);
        }
        for (int i = buffer.position() - 1; i >= 0; i--) {
            if (buffer.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    @Override
    public void close() {
        copy.close();
        sink.close();
    }
}
