package io.shipote.pipeline;

import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.Splice;
import io.shipote.pipeline.discern.Sample;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first bytes of a pumped edge, copied once as they pass, so that somebody may ask later what they are. Once it has
 * enough it does nothing any more; it keeps no descriptor. Confined to the pump loop.
 */
final class HeadSample {
    /** The most bytes that are kept of one edge. */
    static final int MAX_BYTES = 16 << 10;

    /** An edge that begins with many small pieces is judged by so many of them. */
    static final int MAX_PIECES = 64;

    private static final Logger LOG = LoggerFactory.getLogger(HeadSample.class);

    private final int most;
    private final boolean fromStart;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private int pieces;
    /** Bytes at the head of the edge that are in the sample already. */
    private long ahead;

    private boolean done;

    /**
     * @param most at most {@link #MAX_BYTES}
     * @param fromStart whether nothing has passed before
     */
    HeadSample(int most, boolean fromStart) {
        this.most = Math.min(most, MAX_BYTES);
        this.fromStart = fromStart;
    }

    /** Copies what it still wants of the next bytes. */
    void offer(Fd in, long max) {
        if (done || ahead > 0) {
            return;
        }
        try {
            if (Pipe.queuedBytes(in) > 0) {
                copy(in, Math.min(max, most - taken.size()));
            }
        } catch (IOException e) {
            done = true;
            LOG.warn("an edge is not sampled, but flows on: {}", e.getMessage());
        }
    }

    private void copy(Fd in, long max) throws IOException {
        try (Pipe pipe = Pipe.open()) {
            ByteBuffer piece = ByteBuffer.allocate((int) Math.max(0, Splice.tee(in, pipe.writeEnd(), max)));
            while (piece.hasRemaining()) {
                pipe.readEnd().read(piece);
            }
            taken.writeBytes(piece.array());
            ahead = piece.capacity();
            pieces++;
        }
    }

    /** So many bytes have passed: a gap ends the sample. */
    void passed(long moved) {
        done |= moved > ahead;
        ahead = Math.max(0, ahead - moved);
        done |= ahead == 0 && (taken.size() >= most || pieces >= MAX_PIECES);
    }

    /**
     * What it has; empty as long as that is nothing.
     *
     * @param all how many bytes have passed in all, if no more will
     */
    Optional<Sample> sample(Optional<Long> all) {
        boolean whole =
                fromStart && all.filter(passed -> passed == taken.size()).isPresent();
        return taken.size() == 0 ? Optional.empty() : Optional.of(new Sample(taken.toByteArray(), fromStart, whole));
    }
}
