package io.shipote.pipeline;

import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.Splice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The last bytes of an edge, kept in two pipes without copying them: one is being filled, the other was full before. When
 * the newer one is full, the older is emptied and takes its place. Confined to the pump loop.
 */
final class Replay implements AutoCloseable {
    private static final int HALVES = 2;

    private final Fd sink;
    private final int most;
    private final List<Pipe> halves;
    private int current;
    /** Bytes at the head of the edge that are kept already. */
    private long ahead;

    /**
     * @param sink {@code /dev/null}, open for writing; owned
     * @param most how many bytes a tap gets at most
     * @throws IOException if there are no pipes left (EMFILE, ENFILE); the sink is closed then
     */
    Replay(Fd sink, int most) throws IOException {
        this.sink = sink;
        this.most = most;
        List<Pipe> opened = new ArrayList<>();
        try {
            opened.add(Pipe.open(Tap.MAX_REPLAY_BYTES / HALVES));
            opened.add(Pipe.open(Tap.MAX_REPLAY_BYTES / HALVES));
        } catch (IOException e) {
            opened.forEach(Pipe::close);
            sink.close();
            throw e;
        }
        halves = List.copyOf(opened);
    }

    /** Takes what comes next; no more than the result may pass before the next offer. 0 = nothing is there. */
    long offer(Fd in, long max) throws IOException {
        if (ahead == 0) {
            long kept = Splice.tee(in, halves.get(current).writeEnd(), max);
            if (kept <= 0 && Pipe.queuedBytes(in) > 0) {
                current = 1 - current;
                empty(halves.get(current));
                kept = Splice.tee(in, halves.get(current).writeEnd(), max);
            }
            ahead = Math.max(0, kept);
        }
        return Math.min(ahead, max);
    }

    private void empty(Pipe half) throws IOException {
        long queued = Pipe.queuedBytes(half.readEnd());
        if (queued > 0) {
            Splice.splice(half.readEnd(), sink, queued);
        }
    }

    void passed(long moved) {
        ahead = Math.max(0, ahead - moved);
    }

    /** Bytes that are kept and have not passed yet. */
    long ahead() {
        return ahead;
    }

    /** Copies what is kept into an empty pipe, the older first; never less than what has not passed yet, if that finds room. */
    void copyTo(Pipe out) throws IOException {
        Splice.tee(halves.get(1 - current).readEnd(), out.writeEnd(), Tap.MAX_REPLAY_BYTES);
        Splice.tee(halves.get(current).readEnd(), out.writeEnd(), Tap.MAX_REPLAY_BYTES);
        long over = Pipe.queuedBytes(out.readEnd()) - Math.max(most, ahead);
        if (over > 0) {
            Splice.splice(out.readEnd(), sink, over);
        }
    }

    @Override
    public void close() {
        halves.get(0).close();
        halves.get(1).close();
        sink.close();
    }
}
