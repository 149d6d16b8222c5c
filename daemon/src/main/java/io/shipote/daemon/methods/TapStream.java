package io.shipote.daemon.methods;

import io.shipote.card.wire.StreamEnd;
import io.shipote.daemon.control.Duplex;
import io.shipote.pipeline.Tap;
import io.shipote.pipeline.TapSink;
import java.nio.ByteBuffer;

/** A tap on its way to one client. Its bound is that of the connection's output. Confined to the loop thread. */
final class TapStream implements TapSink, Duplex.Receiver {
    private final Tap tap;
    private final Duplex client;

    TapStream(Tap tap, Duplex client) {
        this.tap = tap;
        this.client = client;
        client.receive(this);
    }

    @Override
    public void data(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        client.send(copy);
        tap.taken(copy.length);
    }

    @Override
    public void gap(long bytes, long aboveRate) {
        client.lost(bytes, aboveRate);
    }

    @Override
    public void end() {
        client.end(StreamEnd.finished());
    }

    @Override
    public void data(byte[] bytes) {
        tap.close();
        client.end(new StreamEnd(StreamEnd.FAULT, "a tap takes no data"));
    }

    @Override
    public void ended() {
        // Whoever has nothing to say may still listen.
    }

    @Override
    public void closed() {
        tap.close();
    }
}
