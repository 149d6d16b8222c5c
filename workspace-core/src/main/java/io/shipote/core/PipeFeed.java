package io.shipote.core;

import io.shipote.core.linux.Errno;
import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Splice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/** Bytes on their way into a pipe that somebody else reads, as fast as they are read. Confined to the loop thread. */
public final class PipeFeed {
    /** From so many waiting bytes on it asks for no more; each piece counts for what it takes besides. */
    public static final int FULL_BYTES = 256 * 1024;

    /** What a piece takes in memory besides its bytes: an array and a buffer around it. */
    private static final int PIECE_BYTES = 80;

    private final Loop loop;
    private final Fd pipe;
    private final Listener listener;
    private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
    private final Loop.Watch watch;
    private long waitingBytes;
    private boolean full;
    private boolean finishing;
    private boolean over;

    /** Who fills it. */
    public interface Listener {
        /** Whether to bring no more for now; called at each change. */
        void full(boolean now);

        /** Nothing more goes in: all has been written ({@code complete}) or nobody reads it any more. Called once. */
        void over(boolean complete);
    }

    /**
     * A feed for the write end of a pipe, which is its own from now on.
     *
     * @throws IOException if the end cannot be made non-blocking; it is closed then
     */
    public PipeFeed(Loop loop, Fd writeEnd, Listener listener) throws IOException {
        this.loop = loop;
        this.pipe = writeEnd;
        this.listener = listener;
        try {
            writeEnd.setNonBlocking();
            watch = loop.watch(writeEnd, Loop.Interest.WRITE, this::write);
        } catch (IOException | RuntimeException e) {
            writeEnd.close();
            throw e;
        }
    }

    /** Takes bytes, however many wait already; they are its own from now on. */
    public void add(byte[] bytes) {
        if (over || finishing) {
            return;
        }
        waiting.addLast(ByteBuffer.wrap(bytes));
        waitingBytes += bytes.length;
        write();
    }

    /** Closes the pipe once all that waits has been written: its reader gets an end. */
    public void finish() {
        finishing = true;
        write();
    }

    /** Closes the pipe at once; what waits is lost. */
    public void close() {
        end(false);
    }

    /** Bytes taken and not written yet. */
    public long waitingBytes() {
        return waitingBytes;
    }

    public boolean isOver() {
        return over;
    }

    private void write() {
        if (over) {
            return;
        }
        try {
            if (Splice.hungUp(pipe)) {
                end(false);
                return;
            }
            while (!waiting.isEmpty() && writeFirst()) {
                waiting.removeFirst();
            }
        } catch (ErrnoException e) {
            if (e.errno() != Errno.EPIPE) {
                loop.execute(() -> {
                    throw new java.io.UncheckedIOException(e);
                });
            }
            end(false);
            return;
        }
        if (waiting.isEmpty() && finishing) {
            end(true);
            return;
        }
        long held = waitingBytes + (long) PIECE_BYTES * waiting.size();
        boolean now = full ? held > FULL_BYTES / 2 : held >= FULL_BYTES;
        if (now != full) {
            full = now;
            listener.full(now);
        }
    }

    /** Whether all of the first buffer has been written; otherwise an event of the pipe will tell of room. */
    private boolean writeFirst() throws ErrnoException {
        ByteBuffer first = waiting.getFirst();
        int put = pipe.write(first);
        while (put > 0 && first.hasRemaining()) {
            waitingBytes -= put;
            put = pipe.write(first);
        }
        waitingBytes -= put;
        return !first.hasRemaining();
    }

    private void end(boolean complete) {
        if (over) {
            return;
        }
        over = true;
        watch.cancel();
        pipe.close();
        waiting.clear();
        waitingBytes = 0;
        listener.over(complete);
    }
}
