package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.wire.JobState;
import java.time.Duration;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SupervisorEndedTest {
    @Test
    void aStopOfWhatHasEndedLeavesItsState() {
        FakeWork work = new FakeWork(SupervisionPolicy.NEVER).running();
        work.fail();
        int[] done = new int[1];
        work.supervisor.stop(EndedBy.USER, Duration.ZERO, () -> done[0]++);
        assertEquals(1, done[0]);
        assertEquals(JobState.FAILED, work.state());
        assertEquals(0, work.ends.size());
    }

    @Test
    void everyEndedStateCanBeStartedAgain() {
        Set<JobState> ended = EnumSet.allOf(JobState.class);
        ended.removeIf(JobState::live);
        for (JobState state : ended) {
            FakeWork work = new FakeWork(SupervisionPolicy.NEVER);
            work.supervisor.ended(state, "as recorded", new RetryState(2, 0, OptionalLong.empty()));
            assertEquals("as recorded", work.supervisor.why());
            work.supervisor.start();
            assertEquals(JobState.STARTING, work.state(), state.word());
            assertEquals(2, work.supervisor.restarts());
        }
    }

    @Test
    void aRestartByAClientCountsAndIsNoFailure() {
        FakeWork work = new FakeWork(SupervisionPolicy.NEVER);
        work.supervisor.countRestart();
        work.running();
        assertEquals(1, work.supervisor.restarts());
        assertEquals("running after 1 restart", work.supervisor.why());
    }
}
