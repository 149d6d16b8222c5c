package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.core.store.RunRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What the next daemon makes of a change that the last one did not live to finish. */
final class RestoreCutShortTest {
    private static final RestartPolicy ALWAYS = CoreFixture.policy(RestartPolicy.Policy.ALWAYS, 100, 0);

    /** Run ids of the same millisecond have no order over two daemons. */
    private static final Duration MOMENT = Duration.ofMillis(1);

    private final CoreFixture core = CoreFixture.fresh();
    private final Workspace web = core.workspace("web");

    private static Command job(CoreFixture fixture) {
        return fixture.commands.get("job", Optional.empty());
    }

    private RunRecord ended() {
        core.run(web, CoreFixture.named("job", RestartPolicy.NEVER));
        core.launcher.child("job").exit(0);
        core.settle();
        return core.launcher.records().get(0);
    }

    private static RunRecord launching(RunRecord of) {
        return RunRecord.launching(
                of.bootId(),
                of.run(),
                of.command(),
                of.workspace(),
                of.label(),
                of.argv(),
                of.directory(),
                of.restarts(),
                of.startedMs());
    }

    @Test
    void aRemovalOfWhichTheWishIsForgottenIsFinished() {
        RunRecord last = ended();
        core.<Void>ok(answer -> core.commands.remove(job(core), answer));
        CoreFixture next = core.crashed();
        next.launcher.keep(last.removing());
        next.restore();
        next.settle();
        assertEquals(List.of(), next.workspaces.get("web").commands());
        assertEquals(List.of(), next.launcher.records());
    }

    /** Its newest run may be gone, and an older one not yet. */
    @Test
    void allRunsSayThatTheirCommandIsBeingRemoved() {
        restartedByAClient();
        core.launcher.child("job").exit(0);
        core.settle();
        assertEquals(2, core.launcher.records().size());
        core.commands.remove(job(core), Answer.of(gone -> {}, e -> {}));
        assertEquals(
                List.of(true, true),
                core.launcher.records().stream().map(RunRecord::removed).toList());
    }

    @Test
    void aRemovalThatHasOnlyBegunHasNotHappened() {
        RunRecord last = ended();
        CoreFixture next = core.crashed();
        next.launcher.keep(last.removing());
        next.restore();
        next.settle();
        assertEquals(JobState.EXITED, job(next).state());
        assertEquals(List.of(), next.launcher.launches());
        next.<Void>ok(answer -> next.commands.remove(job(next), answer));
        assertEquals(List.of(), next.launcher.records());
    }

    @Test
    void whatIsStartedWhileItIsBeingRemovedStays() {
        ended();
        Command job = job(core);
        boolean[] refused = new boolean[1];
        core.commands.remove(
                job,
                Answer.of(
                        gone -> {
                            throw new AssertionError("removed");
                        },
                        e -> refused[0] = true));
        core.<Command>ok(answer -> core.commands.start(job, answer));
        core.until(() -> refused[0]);
        assertEquals(JobState.RUNNING, job.state());
        assertEquals(List.of(job), web.commands());
    }

    /** What the daemon leaves that is killed in the launch of the second run. */
    private RunRecord cutShort() {
        RunRecord second = core.launcher.records().get(1);
        core.launcher.vanish("job");
        core.launcher.keep(launching(second));
        return launching(second);
    }

    /** What the next one leaves when it is killed before it has made that launch good. */
    private void cutShortAgain() {
        long nowMs = core.loop.wallMillis();
        RetryState due = new RetryState(1, 1, OptionalLong.of(nowMs));
        core.launcher.keep(due.noted(Endings.cutShort(cutShort(), nowMs)));
    }

    private void assertRestartedOnce() {
        CoreFixture next = core.crashed(MOMENT).restore();
        next.pass(Duration.ZERO);
        assertEquals(JobState.RUNNING, job(next).state());
        assertEquals(1, job(next).status(0).restarts());
        assertEquals(1, next.launcher.launches().size());
        assertEquals(2, next.launcher.records().size());
    }

    private void restartedByItself() {
        core.run(web, CoreFixture.named("job", ALWAYS));
        core.launcher.child("job").exit(1);
        core.pass(Duration.ofMillis(100));
        assertEquals(1, job(core).status(0).restarts());
    }

    private void restartedByAClient() {
        core.run(web, CoreFixture.named("job", RestartPolicy.NEVER));
        core.<Command>ok(answer -> core.commands.restart(job(core), Commands.GRACE, answer));
    }

    @Test
    void aRestartIsMadeAndCountedOnce() {
        restartedByItself();
        cutShort();
        assertRestartedOnce();
    }

    @Test
    void aRestartThatSeveralDaemonsDidNotFinishIsCountedOnce() {
        restartedByItself();
        cutShortAgain();
        assertRestartedOnce();
    }

    @Test
    void aRestartByAClientIsMadeAndCountedOnce() {
        restartedByAClient();
        cutShort();
        assertRestartedOnce();
    }

    @Test
    void aRestartByAClientThatSeveralDaemonsDidNotFinishIsCountedOnce() {
        restartedByAClient();
        cutShortAgain();
        assertRestartedOnce();
    }
}
