package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class EdgeSampleTest {
    @Test
    void ofManyEdgesLessIsLookedAtOfEach() {
        assertEquals(HeadSample.MAX_BYTES, EdgeSample.most(0));
        assertEquals(HeadSample.MAX_BYTES, EdgeSample.most(256));
        assertEquals(8 << 10, EdgeSample.most(512));
        assertEquals(EdgeSample.LEAST_BYTES, EdgeSample.most(4_000));
    }
}
