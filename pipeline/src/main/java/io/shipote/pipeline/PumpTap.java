package io.shipote.pipeline;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.Loop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;

/** A tap of a pumped edge: it is told every byte, or how many it missed. Confined to the domain loop. */
final class PumpTap implements Tap, TapSink {
    private final Loop pumpLoop;
    private final Conduit conduit;
    private final int edge;
    private final TapSink sink;
    private final TapFeed feed;
    private boolean closed;

    private PumpTap(Loop domain, Loop pumpLoop, Conduit conduit, int edge, Allowance rate, TapSink sink)
            throws IOException {
        this.pumpLoop = pumpLoop;
        this.conduit = conduit;
        this.edge = edge;
        this.sink = sink;
        this.feed = new TapFeed(domain, this, rate);
    }

    /** @throws IOException if there is no pipe for it */
    static void attach(
            Loop domain,
            Loop pumpLoop,
            Conduit conduit,
            int edge,
            Allowance rate,
            boolean replay,
            TapSink sink,
            Answer<Tap> answer)
            throws IOException {
        PumpTap tap = new PumpTap(domain, pumpLoop, conduit, edge, rate, sink);
        conduit.pump()
                .attach(
                        conduit.branch(edge),
                        tap.feed,
                        replay,
                        refused -> domain.execute(() -> {
                            if (refused.isEmpty()) {
                                answer.ok(tap);
                            } else {
                                answer.fail(refusal(edge, refused.get()));
                            }
                        }));
    }

    private static ShipoteException refusal(int edge, Pump.Refusal why) {
        return why == Pump.Refusal.ENDED
                ? EdgeWatch.ended(edge)
                : new ShipoteException(
                        ErrorCode.LIMIT_EXCEEDED,
                        "edge " + edge + " has " + MAX_PER_EDGE + " taps already (close one first)",
                        Map.of("limit", "taps", "value", MAX_PER_EDGE));
    }

    @Override
    public boolean sampled() {
        return false;
    }

    @Override
    public void taken(long bytes) {
        pumpLoop.execute(() -> feed.taken(bytes));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            conduit.pump().detach(conduit.branch(edge), feed);
        }
    }

    // What was on its way when the tap was closed is not told any more.

    @Override
    public void data(ByteBuffer bytes) {
        if (!closed) {
            sink.data(bytes);
        }
    }

    @Override
    public void gap(long bytes, long aboveRate) {
        if (!closed) {
            sink.gap(bytes, aboveRate);
        }
    }

    @Override
    public void end() {
        if (!closed) {
            closed = true;
            sink.end();
        }
    }
}
