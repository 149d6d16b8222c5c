package io.shipote.pipeline;

import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.Splice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The pump's side of a tap: copies what passes into a pipe of its own, never waits, and counts what it had to leave out.
 * What is in that pipe goes to the sink in pieces, as fast as the sink takes them. Confined to the pump loop; the sink is
 * called on the domain loop.
 */
final class TapFeed {
    private static final int PIECE_BYTES = 64 * 1024;
    private static final int PIPE_BYTES = 1 << 20;

    private final Loop domain;
    private final TapSink sink;
    private final Allowance rate;
    private final Pipe pipe;
    private final Deque<Gap> gaps = new ArrayDeque<>();
    /** Bytes at the head of the edge that the tap has been given already. */
    private long ahead;

    private long teed;
    private long read;
    private long missed;
    /** Those of them that were above the rate. */
    private long aboveRate;
    /** What the rate would have let through beyond what was copied last. */
    private long allowance;

    private long window = Tap.WINDOW_BYTES;
    private boolean finished;
    private boolean closed;

    /** So many bytes are missing after the first {@code at} bytes of the tap. */
    private record Gap(long at, long lost, long aboveRate) {}

    TapFeed(Loop domain, TapSink sink, Allowance rate) throws IOException {
        this.domain = domain;
        this.sink = sink;
        this.rate = rate;
        // The more it holds, the longer a sink may be slow; less than asked for is only that.
        this.pipe = Pipe.open(PIPE_BYTES);
    }

    /** Starts with what was kept. */
    void begin(Replay kept) throws IOException {
        kept.copyTo(pipe);
        teed = Pipe.queuedBytes(pipe.readEnd());
        ahead = Math.min(kept.ahead(), teed);
        drain();
    }

    /** Copies what it can of the next bytes. */
    void offer(Fd in, long max) throws IOException {
        if (ahead > 0 || closed) {
            return;
        }
        long allowed = rate.allowed(max);
        long copied = Splice.tee(in, pipe.writeEnd(), allowed);
        allowance = rate.limited() ? allowed - Math.max(0, copied) : Long.MAX_VALUE;
        if (copied > 0) {
            told();
            ahead = copied;
            teed += copied;
            rate.used(copied);
        }
    }

    private void told() {
        if (missed > 0) {
            gaps.addLast(new Gap(teed, missed, aboveRate));
            missed = 0;
            aboveRate = 0;
        }
    }

    /** So many bytes have passed; returns how many of them the tap has missed. */
    long passed(long moved) throws IOException {
        long lost = Math.max(0, moved - ahead);
        ahead -= moved - lost;
        missed += lost;
        long slow = Math.min(lost, allowance);
        allowance -= slow;
        aboveRate += lost - slow;
        drain();
        return lost;
    }

    /** The sink has taken so many bytes. */
    void taken(long bytes) {
        window = Math.min(Tap.WINDOW_BYTES, window + bytes);
        try {
            drain();
        } catch (IOException e) {
            close();
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void drain() throws IOException {
        while (!closed && window > 0) {
            Gap gap = gaps.peekFirst();
            if (gap != null && gap.at() == read) {
                gaps.removeFirst();
                domain.execute(() -> sink.gap(gap.lost(), gap.aboveRate()));
                continue;
            }
            long upTo = gap == null ? teed : gap.at();
            int size = (int) Math.min(Math.min(PIECE_BYTES, window), upTo - read);
            if (size == 0) {
                break;
            }
            ByteBuffer piece = ByteBuffer.allocate(size);
            pipe.readEnd().read(piece);
            piece.flip();
            read += piece.remaining();
            window -= piece.remaining();
            domain.execute(() -> sink.data(piece));
        }
        if (finished && !closed && read == teed && gaps.isEmpty()) {
            long last = missed;
            long lastAboveRate = aboveRate;
            close();
            domain.execute(() -> {
                if (last > 0) {
                    sink.gap(last, lastAboveRate);
                }
                sink.end();
            });
        }
    }

    /** The edge has ended: what is here is still passed on. */
    void finish() {
        finished = true;
        taken(0);
    }

    void close() {
        if (!closed) {
            closed = true;
            pipe.close();
        }
    }
}
