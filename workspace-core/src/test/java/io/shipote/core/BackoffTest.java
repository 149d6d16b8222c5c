package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

final class BackoffTest {
    private static final long CAP = Backoff.DEFAULT_MAX_MS;

    @Test
    void a10DoublesFromTheBaseToTheCap() {
        Backoff backoff = new Backoff(100, CAP);
        assertEquals(100, backoff.baseDelayMs(0));
        assertEquals(200, backoff.baseDelayMs(1));
        assertEquals(400, backoff.baseDelayMs(2));
        assertEquals(25_600, backoff.baseDelayMs(8));
        assertEquals(30_000, backoff.baseDelayMs(9));
        assertEquals(30_000, backoff.baseDelayMs(100));
    }

    @Test
    void zeroIsAtOnceAndThenDoublesFromFifty() {
        Backoff backoff = new Backoff(0, CAP);
        assertEquals(0, backoff.baseDelayMs(0));
        assertEquals(50, backoff.baseDelayMs(1));
        assertEquals(100, backoff.baseDelayMs(2));
        assertEquals(30_000, backoff.baseDelayMs(100));
    }

    @Test
    void theFirstDelayIsCappedToo() {
        assertEquals(30_000, new Backoff(60_000, CAP).baseDelayMs(0));
        assertEquals(20, new Backoff(0, 20).baseDelayMs(1));
        assertEquals(0, new Backoff(100, 0).baseDelayMs(5));
    }

    @Test
    void theLargestNumbersDoNotOverflow() {
        Backoff backoff = new Backoff(1, Long.MAX_VALUE);
        assertEquals(1L << 62, backoff.baseDelayMs(62));
        assertEquals(Long.MAX_VALUE, backoff.baseDelayMs(63));
        assertEquals(Long.MAX_VALUE, backoff.baseDelayMs(Long.MAX_VALUE));
    }

    @Test
    void jitterIsTenPercentEitherWay() {
        Backoff backoff = new Backoff(1000, CAP);
        assertEquals(900, backoff.delayMs(0, 0));
        assertEquals(1000, backoff.delayMs(0, 0.5));
        assertEquals(1100, backoff.delayMs(0, 1));
        assertEquals(0, new Backoff(0, CAP).delayMs(0, 1));
    }

    @Test
    void aNegativeDelayIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Backoff(-1, CAP));
        assertThrows(IllegalArgumentException.class, () -> new Backoff(1, -1));
    }
}
