package io.shipote.core;

import static io.shipote.card.wire.RestartPolicy.OnUnknown.HOLD;
import static io.shipote.card.wire.RestartPolicy.OnUnknown.RESTART;
import static io.shipote.card.wire.RestartPolicy.Policy.ALWAYS;
import static io.shipote.card.wire.RestartPolicy.Policy.NEVER;
import static io.shipote.card.wire.RestartPolicy.Policy.ON_FAILURE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.core.Supervisor.Ending;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class SupervisorTest {
    private static FakeWork work(RestartPolicy.Policy when, long backoffMs, long max) {
        return work(when, backoffMs, max, RESTART);
    }

    private static FakeWork work(RestartPolicy.Policy when, long backoffMs, long max, RestartPolicy.OnUnknown unknown) {
        return new FakeWork(new SupervisionPolicy(when, new Backoff(backoffMs, 30_000), max, unknown));
    }

    @Test
    void isStoppedUntilItIsStarted() {
        FakeWork work = work(NEVER, 0, 0);
        assertEquals(JobState.STOPPED, work.state());
        assertEquals(0, work.launches);
        work.supervisor.start();
        assertEquals(JobState.STARTING, work.state());
        work.supervisor.launched();
        assertEquals(JobState.RUNNING, work.state());
        assertEquals(List.of(JobState.STARTING, JobState.RUNNING), work.states);
        assertEquals("running", work.supervisor.why());
    }

    @Test
    void startsOnlyOnce() {
        FakeWork work = work(NEVER, 0, 0);
        work.supervisor.start();
        work.supervisor.start();
        work.supervisor.launched();
        work.supervisor.start();
        assertEquals(1, work.launches);
    }

    @Test
    void endsAsItsWorkEndedWhenThePolicySaysNo() {
        FakeWork well = work(ON_FAILURE, 0, 0).running();
        well.supervisor.ended(Ending.WELL, "exit 0");
        assertEquals(JobState.EXITED, well.state());
        assertEquals("exit 0", well.supervisor.why());
        FakeWork badly = work(NEVER, 0, 0).running();
        badly.fail();
        assertEquals(JobState.FAILED, badly.state());
        assertEquals("exit 1", badly.supervisor.why());
        FakeWork unknown = work(NEVER, 0, 0).running();
        unknown.supervisor.ended(Ending.UNKNOWN, "gone");
        assertEquals(JobState.UNKNOWN, unknown.state());
    }

    @Test
    void b25NeverMeansNever() {
        FakeWork work = work(NEVER, 0, 0).running();
        work.supervisor.ended(Ending.BADLY, "exit 3");
        work.pass(3_600_000);
        assertEquals(1, work.launches);
        assertEquals(JobState.FAILED, work.state());
        assertEquals(0, work.supervisor.restarts());
    }

    @Test
    void alwaysRestartsAfterAGoodEndToo() {
        FakeWork work = work(ALWAYS, 100, 0).running();
        work.supervisor.ended(Ending.WELL, "exit 0");
        assertEquals(JobState.BACKOFF, work.state());
        work.pass(100);
        assertEquals(2, work.launches);
    }

    @Test
    void waitsForItsDelayAndExplainsIt() {
        FakeWork work = work(ON_FAILURE, 100, 5).running();
        long now = work.loop.wallMillis();
        work.fail();
        assertEquals("exit 1; restart 1 of 5 after 100 ms", work.supervisor.why());
        assertEquals(OptionalLong.of(now + 100), work.supervisor.nextTryMs());
        work.pass(99);
        assertEquals(JobState.BACKOFF, work.state());
        work.pass(1);
        assertEquals(JobState.STARTING, work.state());
        assertEquals("exit 1; restarted", work.supervisor.why());
        assertEquals(OptionalLong.empty(), work.supervisor.nextTryMs());
        work.supervisor.launched();
        assertEquals("running after 1 restart", work.supervisor.why());
    }

    @Test
    void restartsAtOnceWithoutADelay() {
        FakeWork work = work(ON_FAILURE, 0, 0).running();
        work.fail();
        assertEquals(JobState.STARTING, work.state());
        assertEquals(2, work.launches);
        work.supervisor.launched();
        work.fail();
        assertEquals(JobState.BACKOFF, work.state());
        work.pass(50);
        assertEquals(3, work.launches);
    }

    @Test
    void a9GivesUpAfterExactlyItsRestarts() {
        FakeWork work = work(ALWAYS, 1, 3).running();
        for (int i = 0; i < 200 && work.state().live(); i++) {
            work.fail();
            work.pass(10);
            if (work.state() == JobState.STARTING) {
                work.supervisor.launched();
            }
        }
        assertEquals(4, work.launches);
        assertEquals(3, work.supervisor.restarts());
        assertEquals(JobState.FAILED, work.state());
        assertEquals("exit 1; gave up after 3 restarts", work.supervisor.why());
        work.pass(3_600_000);
        assertEquals(4, work.launches);
    }

    @Test
    void aLaunchThatFailsIsAFailureLikeAnyOther() {
        FakeWork work = work(ON_FAILURE, 100, 2);
        work.supervisor.start();
        work.launchFails();
        assertEquals("could not be started: no such file; restart 1 of 2 after 100 ms", work.supervisor.why());
        work.pass(100);
        work.launchFails();
        work.pass(200);
        work.launchFails();
        assertEquals(JobState.FAILED, work.state());
        assertEquals(3, work.launches);
    }

    @Test
    void b24WithoutALimitItNeverGivesUp() {
        FakeWork work = work(ON_FAILURE, 1, 0).running();
        for (int i = 0; i < 1000; i++) {
            work.fail();
            work.pass(30_000);
            work.supervisor.launched();
        }
        assertEquals(JobState.RUNNING, work.state());
        assertEquals(1000, work.supervisor.restarts());
        assertEquals(1001, work.launches);
    }

    @Test
    void b23AHealthyRunBeginsTheCountAndTheDelayAnew() {
        FakeWork work = work(ON_FAILURE, 100, 2).running();
        work.fail();
        work.pass(100);
        work.supervisor.launched();
        work.fail();
        work.pass(200);
        work.supervisor.launched();
        work.pass(10_000);
        work.fail();
        assertEquals("exit 1; restart 1 of 2 after 100 ms", work.supervisor.why());
        assertEquals(3, work.supervisor.restarts());
    }

    @Test
    void aRunJustShortOfHealthyCounts() {
        FakeWork work = work(ON_FAILURE, 100, 1).running();
        work.fail();
        work.pass(100);
        work.supervisor.launched();
        work.pass(9_999);
        work.fail();
        assertEquals(JobState.FAILED, work.state());
    }

    @Test
    void aSettingOfTheWallClockMakesNothingHealthy() {
        FakeWork work = work(ON_FAILURE, 100, 1).running();
        work.fail();
        work.pass(100);
        work.supervisor.launched();
        work.loop.shiftWall(java.time.Duration.ofDays(1));
        work.fail();
        assertEquals(JobState.FAILED, work.state());
    }

    @Test
    void whatNobodyCouldTellIsAFailureUnlessItIsToHold() {
        FakeWork restart = work(ON_FAILURE, 100, 0, RESTART).running();
        restart.supervisor.ended(Ending.UNKNOWN, "gone");
        assertEquals(JobState.BACKOFF, restart.state());
        for (RestartPolicy.Policy when : List.of(ON_FAILURE, ALWAYS)) {
            FakeWork hold = work(when, 100, 0, HOLD).running();
            hold.supervisor.ended(Ending.UNKNOWN, "gone");
            assertEquals(JobState.UNKNOWN, hold.state());
            assertEquals(
                    "gone; not started again, as its restart policy holds after an unknown end", hold.supervisor.why());
        }
        FakeWork always = work(ALWAYS, 100, 0, RESTART).running();
        always.supervisor.ended(Ending.UNKNOWN, "gone");
        assertEquals(JobState.BACKOFF, always.state());
    }

    @Test
    void aRetryIsDoneAtOnceOnlyWhileItWaits() {
        FakeWork work = work(ON_FAILURE, 10_000, 0).running();
        work.supervisor.retryNow();
        assertEquals(1, work.launches);
        work.fail();
        work.supervisor.retryNow();
        assertEquals(JobState.STARTING, work.state());
        assertEquals("retried at once", work.supervisor.why());
        work.pass(20_000);
        assertEquals(2, work.launches);
    }

    @Test
    void aStartWhileItWaitsBeginsTheCountAnew() {
        FakeWork work = work(ON_FAILURE, 100, 1).running();
        work.fail();
        work.supervisor.start();
        assertEquals(2, work.launches);
        work.supervisor.launched();
        work.pass(100);
        assertEquals(2, work.launches);
        work.fail();
        assertTrue(work.supervisor.why().contains("restart 1 of 1"), work.supervisor.why());
    }

    @Test
    void anAdoptedThingRunsWithTheRestartsItHad() {
        FakeWork work = work(ON_FAILURE, 100, 0);
        work.supervisor.adopted(new RetryState(7, 0, OptionalLong.empty()), Duration.ZERO);
        assertEquals(JobState.RUNNING, work.state());
        assertEquals(7, work.supervisor.restarts());
        assertEquals(0, work.launches);
        work.fail();
        work.pass(100);
        assertEquals(1, work.launches);
        assertEquals(8, work.supervisor.restarts());
    }
}
