package io.shipote.pipeline;

import io.shipote.core.Loop;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.PipePeek;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/**
 * A tap of a direct edge: now and then it looks at what waits in the pipe. What a quick consumer reads in between is not
 * seen, and what is seen twice is told once. Its fields belong to the pump loop, but for {@code closed}, which is the domain
 * loop's.
 */
final class SampledTap implements Tap {
    /** Between two looks. */
    static final Duration INTERVAL = Duration.ofMillis(100);

    private static final int PIECE_BYTES = 64 * 1024;

    private final Loop domain;
    private final Loop pumpLoop;
    private final EdgeWatch.Ends ends;
    private final TapSink sink;
    private final Allowance rate;
    private final Pipe copy;
    private ByteBuffer last = ByteBuffer.allocate(0);
    private long window = WINDOW_BYTES;
    private boolean ended;
    private boolean closed;

    private SampledTap(Loop domain, Loop pumpLoop, EdgeWatch.Ends ends, Allowance rate, TapSink sink, Pipe copy) {
        this.domain = domain;
        this.pumpLoop = pumpLoop;
        this.ends = ends;
        this.rate = rate;
        this.sink = sink;
        this.copy = copy;
    }

    /** @throws IOException if there is no pipe for it */
    static Tap start(Loop domain, Loop pumpLoop, EdgeWatch.Ends ends, Allowance rate, TapSink sink) throws IOException {
        Pipe copy = Pipe.open(Plumbing.PIPE_BYTES);
        SampledTap tap = new SampledTap(domain, pumpLoop, ends, rate, sink, copy);
        pumpLoop.execute(tap::look);
        return tap;
    }

    private void look() {
        if (ended) {
            return;
        }
        try {
            Optional<ByteBuffer> seen = peek();
            if (seen.isEmpty()) {
                stop();
                domain.execute(this::tellEnd);
                return;
            }
            ByteBuffer piece = seen.get();
            if (piece.hasRemaining() && !piece.equals(last) && piece.remaining() <= window) {
                last = piece.duplicate();
                window -= piece.remaining();
                rate.used(piece.remaining());
                domain.execute(() -> tell(piece));
            }
        } catch (IOException | UncheckedIOException e) {
            stop();
            domain.execute(this::tellEnd);
            throw e instanceof UncheckedIOException told ? told : new UncheckedIOException((IOException) e);
        }
        pumpLoop.schedule(INTERVAL, this::look);
    }

    /** What waits now; empty if nobody has the pipe any more. */
    private Optional<ByteBuffer> peek() throws IOException {
        Optional<PipePeek> opened =
                ends.to().isPresent() ? PipePeek.open(ends.to().get(), ends.toFd()) : Optional.empty();
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        long copied;
        try (PipePeek peek = opened.get()) {
            copied = peek.copyTo(copy.writeEnd(), (int) rate.allowed(PIECE_BYTES));
        }
        ByteBuffer piece = ByteBuffer.allocate((int) Math.max(0, copied));
        while (piece.hasRemaining()) {
            copy.readEnd().read(piece);
        }
        return Optional.of(piece.flip());
    }

    private void stop() {
        if (!ended) {
            ended = true;
            copy.close();
        }
    }

    private void tell(ByteBuffer piece) {
        if (!closed) {
            sink.data(piece);
        }
    }

    private void tellEnd() {
        if (!closed) {
            closed = true;
            sink.end();
        }
    }

    @Override
    public boolean sampled() {
        return true;
    }

    @Override
    public void taken(long bytes) {
        pumpLoop.execute(() -> window = Math.min(WINDOW_BYTES, window + bytes));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            pumpLoop.execute(this::stop);
        }
    }
}
