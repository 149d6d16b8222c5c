package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.daemon.it.ChaosWorld.Job;
import io.shipote.daemon.it.ChaosWorld.Space;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the chaos test takes for a loss. */
class ChaosWorldTest {
    private static final long NOW = 1_000;
    private static final Job UP = new Job(
            Optional.of("c"), Job.State.UP, true, Optional.of(List.of(7L)), Optional.of(List.of("r")), Optional.of(0L));
    private static final ChaosWorld WORLD = ChaosWorld.EMPTY
            .with("w", new Space(Optional.of("i"), false, Long.MAX_VALUE, Map.of("web", UP)))
            .withSaved("p", 2);

    private static ChaosWorld web(Job job) {
        return WORLD.job("w", "web", job);
    }

    private static boolean fits(ChaosWorld remembered, ChaosWorld seen) {
        return remembered.fits(seen, NOW, NOW);
    }

    @Test
    void theSameFitsAndSoDoesWhatWasNotKnown() {
        assertTrue(fits(WORLD, WORLD));
        assertTrue(fits(web(Job.made(true)), WORLD));
        assertTrue(fits(web(UP.startedAnew()), WORLD));
        assertTrue(fits(WORLD.with("w", Space.NEW.with("web", UP)), WORLD));
    }

    @Test
    void whatIsLostDoubledOrAnotherDoesNot() {
        assertFalse(fits(WORLD, WORLD.without("w")));
        assertFalse(fits(WORLD.without("w"), WORLD));
        assertFalse(fits(WORLD, WORLD.withoutJob("w", "web")));
        assertFalse(fits(WORLD.withoutJob("w", "web"), WORLD));
        assertFalse(fits(WORLD, WORLD.withSaved("p", 1)));
        assertFalse(fits(WORLD, WORLD.withoutSaved("p")));
        assertFalse(fits(WORLD, WORLD.in("w", space -> space.withPaused(true))));
        assertFalse(fits(WORLD, web(UP.stopped())));
        assertFalse(fits(web(UP.stopped()), WORLD));
        assertFalse(fits(WORLD, web(UP.withProcesses("c", Optional.of(List.of(8L)), UP.runs()))));
        assertFalse(fits(WORLD, web(UP.withProcesses("d", UP.pids(), UP.runs()))));
    }

    @Test
    void whatDiedHasBeenStartedOnceMoreOrNotAtAll() {
        Job again = UP.died();
        assertEquals(Optional.of(1L), again.restarts());
        assertFalse(fits(web(again), WORLD), "it was not restarted");
        assertTrue(fits(web(again), web(again.withProcesses("c", Optional.of(List.of(9L)), UP.runs()))));
        Job once = new Job(UP.id(), Job.State.UP, false, UP.pids(), UP.runs(), UP.restarts());
        assertEquals(Job.State.ENDED, once.died().state());
    }

    @Test
    void whatHasADeadlineIsThereBeforeAndGoneAfterwards() {
        ChaosWorld mortal = ChaosWorld.EMPTY.with("w", new Space(Optional.empty(), false, NOW, Map.of()));
        assertTrue(mortal.fits(mortal, NOW - 1, NOW + 1));
        assertTrue(mortal.fits(ChaosWorld.EMPTY, NOW - 1, NOW));
        assertFalse(mortal.fits(ChaosWorld.EMPTY, NOW - 2, NOW - 1));
        assertFalse(mortal.fits(mortal, NOW, NOW));
    }

    @Test
    void aPauseIsOfAllThatRunsAndItsEndGivesTheSameProcessesBack() {
        ChaosWorld both = web(UP).job("w", "old", UP.stopped());
        ChaosWorld paused = both.in("w", space -> space.withPaused(true));
        assertEquals(
                Job.State.PAUSED, paused.spaces().get("w").jobs().get("web").state());
        assertEquals(
                Job.State.STOPPED, paused.spaces().get("w").jobs().get("old").state());
        assertTrue(fits(both, paused.in("w", space -> space.withPaused(false))));
    }
}
