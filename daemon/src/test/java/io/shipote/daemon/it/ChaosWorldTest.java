package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.daemon.it.ChaosWorld.Job;
import io.shipote.daemon.it.ChaosWorld.Space;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the chaos test takes for a loss. */
class ChaosWorldTest {
    private static final Job UP = new Job(Optional.of("c"), true, Optional.of("r"), Optional.of(7L), Optional.of(0L));
    private static final ChaosWorld WORLD = ChaosWorld.EMPTY
            .with("w", new Space(Optional.of("i"), Map.of("web", UP)))
            .withSaved("p", 2);

    private static ChaosWorld web(Job job) {
        return WORLD.in("w", old -> old.with("web", job));
    }

    @Test
    void theSameFitsAndSoDoesWhatWasNotKnown() {
        assertTrue(WORLD.fits(WORLD));
        assertTrue(web(Job.NEW).fits(WORLD));
        assertTrue(web(UP.startedAnew()).fits(WORLD));
        assertTrue(
                WORLD.with("w", new Space(Optional.empty(), Map.of("web", UP))).fits(WORLD));
    }

    @Test
    void whatIsLostDoubledOrAnotherDoesNot() {
        assertFalse(WORLD.fits(WORLD.without("w")));
        assertFalse(WORLD.fits(WORLD.withoutJob("w", "web")));
        assertFalse(WORLD.withoutJob("w", "web").fits(WORLD));
        assertFalse(WORLD.fits(WORLD.withSaved("p", 1)));
        assertFalse(WORLD.fits(WORLD.withoutSaved("p")));
        assertFalse(WORLD.fits(web(UP.down())));
        assertFalse(web(UP.down()).fits(WORLD));
        Optional<Long> other = Optional.of(8L);
        assertFalse(WORLD.fits(web(new Job(UP.id(), true, UP.run(), other, UP.restarts()))));
        assertFalse(WORLD.fits(web(new Job(UP.id(), true, UP.run(), UP.pid(), Optional.of(1L)))));
        assertFalse(WORLD.fits(web(new Job(Optional.of("d"), true, UP.run(), UP.pid(), UP.restarts()))));
    }
}
