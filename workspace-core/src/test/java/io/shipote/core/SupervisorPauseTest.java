package io.shipote.core;

import static io.shipote.card.wire.RestartPolicy.OnUnknown.RESTART;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.core.Supervisor.Ending;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** While something is paused nothing restarts it, and a stop still ends it. */
final class SupervisorPauseTest {
    private final FakeWork work =
            new FakeWork(new SupervisionPolicy(RestartPolicy.Policy.ALWAYS, new Backoff(100, 30_000), 2, RESTART));
    private final List<String> told = new ArrayList<>();

    private void pause() {
        work.supervisor.pause(Answer.of(how -> told.add(how.word()), e -> told.add(e.code() + "")));
    }

    private void resume() {
        work.supervisor.resume(Answer.of(done -> told.add("resumed"), e -> told.add(e.code() + "")));
    }

    @Test
    void whatRunsIsFrozenAndGoesOn() {
        work.running();
        pause();
        assertEquals(JobState.PAUSED, work.state());
        assertEquals("paused: frozen", work.supervisor.why());
        pause();
        resume();
        assertEquals(JobState.RUNNING, work.state());
        assertEquals("running; resumed", work.supervisor.why());
        resume();
        assertEquals(List.of("frozen", "frozen", "resumed", ErrorCode.WRONG_STATE + ""), told);
        assertEquals(1, work.launches);
    }

    @Test
    void noTimePassesForItsHealth() {
        work.running().fail();
        work.pass(100);
        work.supervisor.launched();
        assertEquals(1, work.supervisor.retries().sinceReset());
        work.pass(6_000);
        pause();
        work.pass(3_600_000);
        resume();
        work.pass(3_000);
        assertEquals(1, work.supervisor.retries().sinceReset());
        work.pass(1_000);
        assertEquals(0, work.supervisor.retries().sinceReset());
    }

    @Test
    void aRestartThatIsDueIsHeldBack() {
        work.running().fail();
        assertEquals(JobState.BACKOFF, work.state());
        pause();
        assertEquals(JobState.PAUSED, work.state());
        assertEquals("exit 1; restart 1 of 2 after 100 ms; held until it is resumed", work.supervisor.why());
        assertEquals(OptionalLong.empty(), work.supervisor.nextTryMs());
        work.pass(3_600_000);
        work.supervisor.retryNow();
        work.supervisor.start();
        assertEquals(1, work.launches);
        resume();
        assertEquals(JobState.STARTING, work.state());
        assertEquals(2, work.launches);
    }

    @Test
    void whatDiesWhileItIsPausedIsNotRestartedBefore() {
        work.running();
        pause();
        work.supervisor.ended(Ending.BADLY, "killed by SIGKILL (9)");
        assertEquals(JobState.PAUSED, work.state());
        work.pass(3_600_000);
        assertEquals(1, work.launches);
        resume();
        assertEquals(2, work.launches);
        assertEquals(1, work.supervisor.restarts());
    }

    @Test
    void whatStartsIsPausedOnceItRuns() {
        work.supervisor.start();
        pause();
        assertEquals(List.of(), told);
        work.supervisor.launched();
        assertEquals(JobState.PAUSED, work.state());
        assertEquals(List.of("frozen"), told);
    }

    @Test
    void whatStartsInVainIsHeldBack() {
        work.supervisor.start();
        pause();
        work.launchFails();
        assertEquals(JobState.PAUSED, work.state());
        work.pass(3_600_000);
        assertEquals(1, work.launches);
    }

    @Test
    void aStopNeedsNoResume() {
        work.running();
        pause();
        work.supervisor.stop(EndedBy.TTL, Duration.ofSeconds(1), () -> told.add("stopped"));
        assertEquals(JobState.STOPPING, work.state());
        assertEquals(List.of("ttl 1000"), work.ends);
        work.gone();
        assertEquals(JobState.STOPPED, work.state());
        assertEquals(List.of("frozen", "stopped"), told);
    }

    @Test
    void aStopOfWhatIsHeldBackIsDoneAtOnce() {
        work.running().fail();
        pause();
        work.supervisor.stop(EndedBy.USER, Duration.ofSeconds(1), () -> told.add("stopped"));
        assertEquals("stopped by user while it was paused", work.supervisor.why());
        assertEquals(List.of("frozen", "stopped"), told);
        assertEquals(List.of(), work.ends);
        work.pass(3_600_000);
        assertEquals(1, work.launches);
    }

    @Test
    void nothingThatIsOverCanBePaused() {
        pause();
        work.running();
        work.supervisor.stop(EndedBy.USER, Duration.ZERO, () -> {});
        pause();
        assertEquals(List.of(ErrorCode.WRONG_STATE + "", ErrorCode.WRONG_STATE + ""), told);
    }

    @Test
    void whatCouldNotBeKilledIsTold() {
        work.running();
        work.supervisor.stop(EndedBy.USER, Duration.ZERO, () -> {});
        work.remains.add("not gone 10 s after SIGKILL: pid 7 in state D");
        work.gone();
        assertEquals("stopped by user; not gone 10 s after SIGKILL: pid 7 in state D", work.supervisor.why());
    }
}
