package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.RestartPolicy;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class RetriesTest {
    private static final double MIDDLE = 0.5;

    private final ManualLoop loop = new ManualLoop();
    private int tries;

    private Retries retries(long max, boolean slow, Duration healthy) {
        SupervisionPolicy policy = new SupervisionPolicy(
                RestartPolicy.Policy.ON_FAILURE,
                new Backoff(100, 1_000),
                max,
                RestartPolicy.OnUnknown.RESTART,
                slow,
                healthy);
        return new Retries(loop, policy, () -> MIDDLE);
    }

    private long next(Retries retries) {
        long delay = retries.next(() -> tries++);
        loop.advance(Duration.ofMillis(delay));
        return delay;
    }

    @Test
    void whoNeverGivesUpGoesOnAtTheCap() {
        Retries retries = retries(2, true, SupervisionPolicy.HEALTHY);
        assertEquals(100, next(retries));
        assertEquals("restart 1 of 2", retries.ordinal());
        assertEquals(200, next(retries));
        for (int i = 3; i < 50; i++) {
            assertFalse(retries.exhausted());
            assertEquals(1_000, next(retries));
            assertEquals("restart " + i, retries.ordinal());
        }
        assertEquals(49, tries);
    }

    @Test
    void whoGivesUpDoesSoAfterItsRestarts() {
        Retries retries = retries(2, false, SupervisionPolicy.HEALTHY);
        next(retries);
        assertFalse(retries.exhausted());
        next(retries);
        assertTrue(retries.exhausted());
    }

    @Test
    void aHealthyTimeIsWhatThePolicySays() {
        Retries retries = retries(0, false, Duration.ofMillis(50));
        next(retries);
        retries.up(Duration.ZERO);
        loop.advance(Duration.ofMillis(49));
        assertEquals(1, retries.sinceReset());
        assertEquals(OptionalLong.of(loop.wallMillis() + 1), retries.resetMs());
        loop.advance(Duration.ofMillis(1));
        assertEquals(0, retries.sinceReset());
        assertEquals(OptionalLong.empty(), retries.resetMs());
        retries.down();
        assertEquals(100, next(retries));
        assertEquals(2, retries.total());
    }

    @Test
    void nothingIsDueAfterwards() {
        Retries retries = retries(0, false, SupervisionPolicy.HEALTHY);
        retries.next(() -> tries++);
        assertTrue(retries.dueMs().isPresent());
        loop.advance(Duration.ofMillis(100));
        assertEquals(1, tries);
        assertEquals(OptionalLong.empty(), retries.dueMs());
        retries.next(() -> tries++);
        retries.cancel();
        loop.advance(Duration.ofHours(1));
        assertEquals(1, tries);
    }
}
