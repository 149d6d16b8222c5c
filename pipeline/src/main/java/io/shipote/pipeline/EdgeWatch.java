package io.shipote.pipeline;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.ProcessIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Taps and figures of the edges of one start of a pipeline. To be asked on the domain loop; what it finds out, it finds out
 * on the pump loop.
 */
final class EdgeWatch {
    private static final Logger LOG = LoggerFactory.getLogger(EdgeWatch.class);

    private final Loop domain;
    private final Loop pumpLoop;
    private final Wiring wiring;
    private final Plumbing plumbing;
    /** Confined to the pump loop. */
    private final Map<Integer, DirectEdge> direct = new TreeMap<>();

    /** The live processes at the two ends of an edge, and their descriptors of it. */
    record Ends(Optional<ProcessIdentity> from, int fromFd, Optional<ProcessIdentity> to, int toFd) {}

    EdgeWatch(Loop domain, Loop pumpLoop, Wiring wiring, Plumbing plumbing) {
        this.domain = domain;
        this.pumpLoop = pumpLoop;
        this.wiring = wiring;
        this.plumbing = plumbing;
    }

    void tap(int edge, Ends ends, Tap.Options options, TapSink sink, Answer<Tap> answer) {
        try {
            Allowance rate = new Allowance(pumpLoop, options.bytesPerSecond());
            if (wiring.direct(edge)) {
                answer.ok(SampledTap.start(domain, pumpLoop, ends, rate, sink));
                return;
            }
            Conduit conduit = plumbing.conduit(edge).orElseThrow(() -> ended(edge));
            PumpTap.attach(domain, pumpLoop, conduit, edge, rate, options.replay(), sink, answer);
        } catch (IOException e) {
            answer.fail(new ShipoteException(
                    ErrorCode.LIMIT_EXCEEDED, "no pipe for the tap: " + e.getMessage(), Map.of("edge", edge)));
        }
    }

    static ShipoteException ended(int edge) {
        return new ShipoteException(
                ErrorCode.WRONG_STATE, "edge " + edge + " has ended: no more data will pass", Map.of("edge", edge));
    }

    /** @param ends of each edge, in their order */
    void figures(List<Ends> ends, Consumer<List<EdgeFigures>> seen) {
        pumpLoop.execute(() -> {
            List<EdgeFigures> all = new ArrayList<>();
            for (int edge = 0; edge < ends.size(); edge++) {
                all.add(figures(edge, ends.get(edge)));
            }
            domain.execute(() -> seen.accept(all));
        });
    }

    /**
     * Some bytes of each edge: of a pumped one the first that passed, unless what waits now is asked for and something
     * does; of a direct one what waits. Empty for an edge of which there are none.
     *
     * @param ends of each edge, in their order
     */
    void samples(List<Ends> ends, boolean waiting, Consumer<List<Optional<EdgeSample>>> seen) {
        pumpLoop.execute(() -> {
            List<Optional<EdgeSample>> all = new ArrayList<>();
            try (EdgePeek peek = new EdgePeek(wiring.sampleBytes())) {
                for (int edge = 0; edge < ends.size(); edge++) {
                    all.add(sample(peek, edge, ends.get(edge), waiting));
                }
            } catch (IOException | UncheckedIOException e) {
                LOG.warn("edges cannot be looked into: {}", e.getMessage());
                all.addAll(Collections.nCopies(ends.size() - all.size(), Optional.empty()));
            }
            domain.execute(() -> seen.accept(all));
        });
    }

    /** The first bytes of each edge that passed through a pump, also of one that has ended. */
    void first(Consumer<List<Optional<EdgeSample>>> seen) {
        pumpLoop.execute(() -> {
            List<Optional<EdgeSample>> all = new ArrayList<>();
            for (int edge = 0; edge < wiring.edges(); edge++) {
                all.add(first(edge));
            }
            domain.execute(() -> seen.accept(all));
        });
    }

    private Optional<EdgeSample> first(int edge) {
        return plumbing.conduit(edge)
                .flatMap(conduit -> conduit.pump().first(conduit.branch(edge)))
                .map(sample -> new EdgeSample(sample, false));
    }

    private Optional<EdgeSample> sample(EdgePeek peek, int edge, Ends ends, boolean waiting) throws IOException {
        Optional<EdgeSample> first = first(edge);
        if (first.isPresent() && !waiting) {
            return first;
        }
        // An edge's own pipe has its number; of a pumped one, and of a stream, an end of it is ours.
        Optional<Fd> own = plumbing.end(PipeEnd.read(edge)).or(() -> plumbing.end(PipeEnd.write(edge)));
        return peek.look(own, ends).or(() -> first);
    }

    private EdgeFigures figures(int edge, Ends ends) {
        try {
            if (wiring.direct(edge)) {
                return direct.computeIfAbsent(edge, key -> new DirectEdge(pumpLoop))
                        .figures(ends);
            }
            Optional<Conduit> conduit = plumbing.conduit(edge);
            return conduit.isPresent()
                    ? conduit.get().pump().figures(conduit.get().branch(edge))
                    : EdgeFigures.NONE;
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("the figures of an edge cannot be read: {}", e.getMessage());
            return EdgeFigures.NONE;
        }
    }
}
