package io.shipote.daemon.methods;

import io.shipote.pipeline.TapSink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A sink that can be given to a tap before its client is known to be there. What comes until then, which is at most a tap's
 * window, is kept. Confined to the loop thread.
 */
final class TapStart implements TapSink {
    private final List<Runnable> early = new ArrayList<>();
    private TapSink sink;

    /** Passes on what has come and all that will come. */
    void to(TapSink next) {
        sink = next;
        early.forEach(Runnable::run);
        early.clear();
    }

    @Override
    public void data(ByteBuffer bytes) {
        pass(() -> sink.data(bytes));
    }

    @Override
    public void gap(long bytes, long aboveRate) {
        pass(() -> sink.gap(bytes, aboveRate));
    }

    @Override
    public void end() {
        pass(() -> sink.end());
    }

    private void pass(Runnable call) {
        if (sink == null) {
            early.add(call);
        } else {
            call.run();
        }
    }
}
