package io.shipote.pipeline;

import io.shipote.core.Loop;
import io.shipote.core.linux.PipePeek;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.ProcessIdentity;
import java.io.IOException;
import java.util.Optional;

/**
 * The figures of an edge that the daemon is not part of, as far as they can be seen from outside: what its producer has
 * written in all, and how full the pipe is whenever somebody asks. Confined to the pump loop.
 */
final class DirectEdge {
    /** Looks further apart than this say nothing about the time between them. */
    private static final long MAX_APART = 5_000_000_000L;

    private final Loop loop;
    private final ProcFiles proc = new ProcFiles();
    private final Rate rate;
    private long bytes;
    /** What the producers before this one have written, as far as it was seen. */
    private long before;

    private Optional<ProcessIdentity> producer = Optional.empty();
    private long lookedAt;
    private boolean wasFull;
    private long blockedNanos;

    DirectEdge(Loop loop) {
        this.loop = loop;
        this.rate = new Rate(loop.nanoTime());
    }

    EdgeFigures figures(EdgeWatch.Ends ends) throws IOException {
        long now = loop.nanoTime();
        if (ends.from().isPresent() && !ends.from().equals(producer)) {
            producer = ends.from();
            before = bytes;
        }
        long seen = bytes(ends);
        if (seen > bytes) {
            rate.add(lookedAt == 0 ? 0 : seen - bytes, now);
            bytes = seen;
        }
        int queued = 0;
        int size = 0;
        boolean full = false;
        Optional<PipePeek> opened = open(ends);
        if (opened.isPresent()) {
            try (PipePeek peek = opened.get()) {
                queued = peek.queuedBytes();
                size = peek.capacity();
                full = peek.full();
            }
        }
        if (full && wasFull && now - lookedAt <= MAX_APART) {
            blockedNanos += now - lookedAt;
        }
        wasFull = full;
        lookedAt = now;
        return new EdgeFigures(bytes, rate.perSecond(now), queued, size, blockedNanos / 1_000_000, 0, 0, 0, true);
    }

    private long bytes(EdgeWatch.Ends ends) {
        Optional<Long> written =
                ends.from().flatMap(from -> proc.writtenBytes(from.pid())).map(all -> before + all);
        // Nothing is known of a producer that has ended; what its consumer has read includes its own program.
        return written.or(() -> ends.to().flatMap(to -> proc.readBytes(to.pid())))
                .orElse(0L);
    }

    private static Optional<PipePeek> open(EdgeWatch.Ends ends) throws IOException {
        return ends.to().isPresent() ? PipePeek.open(ends.to().get(), ends.toFd()) : Optional.empty();
    }
}
