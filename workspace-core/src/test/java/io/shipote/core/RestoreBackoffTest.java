package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The restarts of a command are counted, and waited for, over the daemon's own restarts. */
final class RestoreBackoffTest {
    private static final RestartPolicy THREE = CoreFixture.policy(RestartPolicy.Policy.ON_FAILURE, 1_000, 3);
    private static final int ENOENT = 2;

    private final CoreFixture core = CoreFixture.fresh();
    private final Workspace web = core.workspace("web");

    private static Command job(CoreFixture fixture) {
        return fixture.commands.get("job", Optional.empty());
    }

    private static Retries retries(CoreFixture fixture) {
        return job(fixture).retries();
    }

    /** Lets it fail, and waits out its delay. */
    private static void failAndWait(CoreFixture fixture, long millis) {
        fixture.launcher.child("job").exit(1);
        fixture.pass(Duration.ofMillis(millis));
    }

    @Test
    void itWaitsForTheSameMomentWithTheSameCount() {
        core.run(web, CoreFixture.named("job", THREE));
        failAndWait(core, 1_000);
        core.launcher.child("job").exit(1);
        core.settle();
        long due = retries(core).dueMs().orElseThrow();
        CoreFixture next = core.crashed(Duration.ofMillis(500)).restore();
        assertEquals(JobState.BACKOFF, job(next).state());
        assertEquals("exit 1; restart 2 of 3 is still due", job(next).why());
        assertEquals(due, retries(next).dueMs().orElseThrow());
        next.pass(Duration.ofMillis(1_499));
        assertEquals(JobState.BACKOFF, job(next).state());
        next.pass(Duration.ofMillis(1));
        assertEquals(JobState.RUNNING, job(next).state());
        assertEquals(2, job(next).status(0).restarts());
        failAndWait(next, 4_000);
        failAndWait(next, 0);
        assertEquals("exit 1; gave up after 3 restarts", job(next).why());
    }

    @Test
    void severalDaemonsInARowChangeNothing() {
        core.run(web, CoreFixture.named("job", THREE));
        failAndWait(core, 0);
        CoreFixture next = core;
        for (int i = 0; i < 5; i++) {
            next = next.crashed(Duration.ofMillis(100)).restore();
            next.settle();
        }
        assertEquals(List.of(), next.launcher.launches());
        assertEquals(1, retries(next).sinceReset());
        next.pass(Duration.ofMillis(500));
        assertEquals(List.of("job"), next.launcher.launched());
    }

    @Test
    void whatWasDueMeanwhileIsStartedAtOnceAndStillCounted() {
        core.run(web, CoreFixture.named("job", THREE));
        failAndWait(core, 0);
        CoreFixture next = core.crashed(Duration.ofHours(1)).restore();
        next.pass(Duration.ZERO);
        assertEquals(JobState.RUNNING, job(next).state());
        assertEquals(1, retries(next).sinceReset());
    }

    @Test
    void aClockThatWasSetBackDoesNotHoldItUp() {
        core.run(web, CoreFixture.named("job", THREE));
        failAndWait(core, 0);
        CoreFixture next = core.crashed(Duration.ofDays(-365)).restore();
        next.pass(Duration.ofMillis(Backoff.DEFAULT_MAX_MS * 11 / 10));
        assertEquals(JobState.RUNNING, job(next).state());
    }

    @Test
    void aStopIsFinalForTheNextDaemonToo() {
        Command command = core.run(web, CoreFixture.named("job", THREE));
        failAndWait(core, 0);
        core.ok((Answer<Long> answer) -> core.commands.stop(command, Commands.GRACE, answer));
        assertEquals(Optional.empty(), core.launcher.records().get(0).nextTryMs());
        CoreFixture next = core.crashed().restore();
        next.pass(Duration.ofHours(1));
        assertEquals(JobState.STOPPED, job(next).state());
        assertEquals(List.of(), next.launcher.launches());
    }

    @Test
    void whoGaveUpStaysSo() {
        core.run(web, CoreFixture.named("job", CoreFixture.policy(RestartPolicy.Policy.ALWAYS, 10, 1)));
        failAndWait(core, 10);
        failAndWait(core, 0);
        assertEquals(JobState.FAILED, job(core).state());
        CoreFixture next = core.crashed().restore();
        next.pass(Duration.ofHours(1));
        assertEquals(JobState.FAILED, job(next).state());
        assertEquals(List.of(), next.launcher.launches());
    }

    @Test
    void aLaunchThatFailedIsWaitedForToo() {
        core.launcher.refuse("job", ENOENT);
        core.refused((Answer<Command> answer) -> core.commands.run(web, CoreFixture.named("job", THREE), answer));
        core.settle();
        assertEquals(JobState.BACKOFF, job(core).state());
        long due = retries(core).dueMs().orElseThrow();
        CoreFixture next = core.crashed().restore();
        assertEquals(JobState.BACKOFF, job(next).state());
        assertEquals(due, retries(next).dueMs().orElseThrow());
        assertTrue(
                job(next).why().contains("restart 1 of 3 is still due"),
                job(next).why());
        next.pass(Duration.ofMillis(1_000));
        assertEquals(JobState.RUNNING, job(next).state());
        assertEquals(1, next.launcher.records().size());
    }

    @Test
    void aHealthyTimeGoesOnOverDaemons() {
        core.run(web, CoreFixture.named("job", THREE));
        failAndWait(core, 1_000);
        core.pass(Duration.ofSeconds(6));
        assertEquals(1, retries(core).sinceReset());
        CoreFixture next = core.crashed().restore();
        assertEquals(1, retries(next).sinceReset());
        assertEquals(next.loop.wallMillis() + 4_000, retries(next).resetMs().orElseThrow());
        next.pass(Duration.ofSeconds(4));
        assertEquals(0, retries(next).sinceReset());
        next.launcher.child("job").exit(1);
        next.settle();
        assertEquals("exit 1; restart 1 of 3 after 1000 ms", job(next).why());
        assertEquals(2, job(next).status(0).restarts());
    }
}
