package io.shipote.pipeline;

import java.nio.ByteBuffer;

/** Who watches an edge. Called on the domain loop, in the order of the stream; must not block. */
public interface TapSink {
    /**
     * Bytes of the edge: the next ones, or for a {@linkplain Tap#sampled sampled} tap a piece that starts anywhere. The
     * buffer is the sink's. Each byte counts against {@link Tap#WINDOW_BYTES} until {@link Tap#taken} says otherwise.
     */
    void data(ByteBuffer bytes);

    /**
     * So many bytes were lost here: {@code aboveRate} of them because the tap's rate was used up, the others because the sink
     * was too slow.
     */
    void gap(long bytes, long aboveRate);

    /** Nothing more will come: the edge has ended. Not called after {@link Tap#close}. */
    void end();
}
