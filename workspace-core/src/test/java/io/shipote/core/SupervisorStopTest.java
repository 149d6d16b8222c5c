package io.shipote.core;

import static io.shipote.card.wire.RestartPolicy.OnUnknown.RESTART;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.core.Supervisor.Ending;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** B22: a stop is final, in whatever state it comes. */
final class SupervisorStopTest {
    private final FakeWork work =
            new FakeWork(new SupervisionPolicy(RestartPolicy.Policy.ALWAYS, new Backoff(100, 30_000), 0, RESTART));
    private int launchesAtStop;
    private int done;

    private void stop() {
        launchesAtStop = work.launches;
        work.supervisor.stop(EndedBy.USER, Duration.ofSeconds(3), () -> done++);
    }

    @AfterEach
    void nothingStartsItAgain() {
        work.pass(3_600_000);
        assertEquals(JobState.STOPPED, work.state());
        assertEquals(launchesAtStop, work.launches);
        assertEquals(1, done);
    }

    @Test
    void whileItRuns() {
        work.running();
        stop();
        assertEquals(JobState.STOPPING, work.state());
        assertEquals("being stopped by user", work.supervisor.why());
        assertEquals(List.of("user 3000"), work.ends);
        work.supervisor.ended(Ending.BADLY, "killed by SIGTERM (15)");
        assertEquals(JobState.STOPPING, work.state());
        assertEquals(0, done);
        work.gone();
        assertEquals("stopped by user: killed by SIGTERM (15)", work.supervisor.why());
    }

    @Test
    void whileItStarts() {
        work.supervisor.start();
        stop();
        assertEquals(JobState.STOPPING, work.state());
        assertEquals(List.of(), work.ends);
        work.supervisor.launched();
        assertEquals(List.of("user 3000"), work.ends);
        assertEquals(JobState.STOPPING, work.state());
        work.gone();
    }

    @Test
    void whileItStartsInVain() {
        work.supervisor.start();
        stop();
        work.launchFails();
    }

    @Test
    void whileItWaitsForItsRestart() {
        work.running().fail();
        stop();
        assertEquals("stopped by user while it waited for its restart", work.supervisor.why());
        assertEquals(0, work.loop.timers());
    }

    @Test
    void twice() {
        work.running();
        stop();
        int[] second = new int[1];
        work.supervisor.stop(EndedBy.TTL, Duration.ZERO, () -> second[0]++);
        assertEquals(0, second[0]);
        work.gone();
        assertEquals(1, second[0]);
        assertEquals("stopped by user", work.supervisor.why());
        assertEquals(List.of("user 3000"), work.ends);
    }

    @Test
    void aStartDuringTheStopDoesNotUndoIt() {
        work.running();
        stop();
        work.supervisor.start();
        work.supervisor.retryNow();
        work.gone();
    }

    @Test
    void beforeItWasEverStarted() {
        stop();
        assertEquals(List.of(), work.states);
    }
}
