package io.shipote.pipeline;

import io.shipote.pipeline.discern.Sample;

/**
 * Some bytes of an edge.
 *
 * @param peeked whether they are what waited in its pipe, from anywhere in the stream; else they are the first ones that the
 *     daemon saw
 */
public record EdgeSample(Sample sample, boolean peeked) {
    /** What one call takes of all edges together, unless that were less than {@link #LEAST_BYTES} of each. */
    static final int TOTAL_BYTES = 4 << 20;

    /** Enough for first bytes and some lines. */
    static final int LEAST_BYTES = 4 << 10;

    /** How much is looked at of each of so many edges. */
    static int most(int edges) {
        return Math.min(HeadSample.MAX_BYTES, Math.max(LEAST_BYTES, TOTAL_BYTES / Math.max(1, edges)));
    }
}
