package io.shipote.pipeline;

import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.PipePeek;
import io.shipote.core.linux.ProcFiles;
import io.shipote.pipeline.discern.Sample;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Copies what waits in the pipes of edges and leaves it there. To be used on the pump loop, and closed. */
final class EdgePeek implements AutoCloseable {
    private final int most;
    private final ProcFiles proc = new ProcFiles();
    private final Pipe copy;

    /** @param most of one edge, in bytes */
    EdgePeek(int most) throws IOException {
        this.most = most;
        this.copy = Pipe.open();
    }

    /**
     * What waits in an edge's own pipe.
     *
     * @param own an end of it, if we have one; else its consumer's is looked for
     * @return empty if nothing waits, or nobody has the pipe
     */
    Optional<EdgeSample> look(Optional<Fd> own, EdgeWatch.Ends ends) throws IOException {
        Optional<PipePeek> opened = own.isPresent() ? PipePeek.open(own.get()) : consumers(ends);
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        long copied;
        boolean fromStart;
        try (PipePeek peek = opened.get()) {
            copied = peek.copyTo(copy.writeEnd(), most);
            fromStart = own.isEmpty() && nothingRead(ends, peek.queuedBytes());
        }
        ByteBuffer piece = ByteBuffer.allocate((int) Math.max(0, copied));
        while (piece.hasRemaining()) {
            copy.readEnd().read(piece);
        }
        return piece.capacity() == 0
                ? Optional.empty()
                : Optional.of(new EdgeSample(new Sample(piece.array(), fromStart, false), true));
    }

    private static Optional<PipePeek> consumers(EdgeWatch.Ends ends) throws IOException {
        return ends.to().isPresent() ? PipePeek.open(ends.to().get(), ends.toFd()) : Optional.empty();
    }

    /** All that its producer has ever written waits in the pipe. */
    private boolean nothingRead(EdgeWatch.Ends ends, int queued) {
        return ends.from()
                .flatMap(from -> proc.writtenBytes(from.pid()))
                .filter(written -> written == queued)
                .isPresent();
    }

    @Override
    public void close() {
        copy.close();
    }
}
