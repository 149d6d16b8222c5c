package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CommandRef;
import io.shipote.card.LaunchSpec;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the next daemon makes of the commands of the last one. */
final class RestoreCommandsTest {
    private static final RestartPolicy ALWAYS = CoreFixture.policy(RestartPolicy.Policy.ALWAYS, 100, 0);
    private static final RestartPolicy ON_FAILURE = CoreFixture.policy(RestartPolicy.Policy.ON_FAILURE, 100, 0);

    private final CoreFixture core = CoreFixture.fresh();
    private final Workspace web = core.workspace("web");

    private static Command job(CoreFixture fixture) {
        return fixture.commands.get("job", Optional.empty());
    }

    @Test
    void b13WhatRunsIsAdoptedAndNotStartedAgain() {
        Command before = core.run(web, CoreFixture.named("job", ALWAYS));
        CoreFixture next = core.crashed().restore();
        next.pass(Duration.ofHours(1));
        assertEquals(JobState.RUNNING, job(next).state());
        assertEquals(before.id(), job(next).id());
        assertEquals(before.status(0).pid(), job(next).status(0).pid());
        assertEquals(before.status(0).run(), job(next).status(0).run());
        assertEquals(List.of(), next.launcher.launches());
        assertEquals(List.of(), next.launcher.child("job").signals());
    }

    @Test
    void b13AnAdoptedOneIsSupervisedOn() {
        core.run(web, CoreFixture.named("job", ALWAYS));
        core.launcher.child("job").exit(1);
        core.pass(Duration.ofMillis(100));
        CoreFixture next = core.crashed().restore();
        assertEquals(1, job(next).status(0).restarts());
        next.launcher.child("job").exit(1);
        next.pass(Duration.ofMillis(200));
        assertEquals(JobState.RUNNING, job(next).state());
        assertEquals(2, job(next).status(0).restarts());
        assertEquals(1, next.launcher.launches().size());
        assertEquals(3, next.launcher.records().size());
    }

    @Test
    void anUnnamedOneIsAdoptedWithWhatIsKnownOfIt() {
        CommandRef spec = LaunchSpec.NONE.withDirectory(Optional.of("/srv")).in(CoreFixture.sleep("job"));
        core.run(web, new Commands.Request(spec, Optional.empty(), RestartPolicy.NEVER));
        CoreFixture next = core.crashed().restore();
        assertEquals(JobState.RUNNING, job(next).state());
        assertEquals(List.of("/bin/sleep", "1000"), job(next).status(0).argv());
        assertEquals(Optional.of("/srv"), job(next).status(0).directory());
        next.launcher.child("job").exit(0);
        next.settle();
        assertEquals(JobState.EXITED, job(next).state());
    }

    @Test
    void b15WhatDiedMeanwhileFollowsItsPolicy() {
        core.run(web, CoreFixture.named("job", ON_FAILURE));
        core.launcher.vanish("job");
        CoreFixture next = core.crashed().restore();
        assertEquals(JobState.BACKOFF, job(next).state());
        assertTrue(
                job(next)
                        .why()
                        .startsWith("ended while no daemon was running, exit status unknown (the kernel tells it to the"
                                + " parent alone); restart 1"),
                job(next).why());
        next.pass(Duration.ofMillis(100));
        assertEquals(JobState.RUNNING, job(next).state());
        assertEquals(1, next.launcher.launches().size());
        assertEquals(2, next.launcher.records().size());
    }

    @Test
    @DisplayName("A3c, B15 what has no process does not run; without a policy nobody knows how it ended")
    void b15WithoutAPolicyItIsUnknown() {
        core.run(web, CoreFixture.named("job", RestartPolicy.NEVER));
        core.launcher.vanish("job");
        CoreFixture next = core.crashed().restore();
        next.pass(Duration.ofHours(1));
        assertEquals(JobState.UNKNOWN, job(next).state());
        assertTrue(job(next).why().endsWith("; not started again, as it has no restart policy"), job(next)::why);
        assertEquals(job(next).why(), job(next.crashed().restore()).why());
        assertEquals(Optional.empty(), job(next).status(0).pid());
        assertEquals(125, job(next).shellStatus());
        assertEquals(List.of(), next.launcher.launches());
    }

    @Test
    void whatIsToHoldHolds() {
        RestartPolicy hold = new RestartPolicy(
                RestartPolicy.Policy.ALWAYS,
                Optional.of(100L),
                Optional.empty(),
                Optional.empty(),
                Optional.of(RestartPolicy.OnUnknown.HOLD));
        core.run(web, CoreFixture.named("job", hold));
        core.launcher.vanish("job");
        CoreFixture next = core.crashed().restore();
        next.pass(Duration.ofHours(1));
        assertEquals(JobState.UNKNOWN, job(next).state());
        assertTrue(job(next).why().endsWith("; not started again, as its restart policy holds after an unknown end"));
        assertEquals(List.of(), next.launcher.launches());
    }

    @Test
    @DisplayName("B4 what has ended shows how, over a restore")
    void whatEndedByItselfShowsHow() {
        core.run(web, CoreFixture.named("job", RestartPolicy.NEVER));
        core.launcher.child("job").exit(3);
        core.settle();
        CoreFixture next = core.crashed().restore();
        assertEquals(JobState.FAILED, job(next).state());
        assertEquals("exit 3", job(next).why());
        assertEquals(3, job(next).shellStatus());
        assertEquals(List.of(), next.launcher.launches());
    }

    @Test
    @DisplayName("B4 what waited for its restart is restarted")
    void whatWaitedForItsRestartIsRestarted() {
        core.run(web, CoreFixture.named("job", ON_FAILURE));
        core.launcher.child("job").exit(1);
        core.settle();
        CoreFixture next = core.crashed().restore();
        assertEquals(JobState.BACKOFF, job(next).state());
        next.pass(Duration.ofMillis(100));
        assertEquals(JobState.RUNNING, job(next).state());
    }

    @Test
    void whatSucceededIsNotRestarted() {
        core.run(web, CoreFixture.named("job", ON_FAILURE));
        core.launcher.child("job").exit(0);
        core.settle();
        CoreFixture next = core.crashed().restore();
        next.pass(Duration.ofHours(1));
        assertEquals(JobState.EXITED, job(next).state());
        assertEquals(List.of(), next.launcher.launches());
    }

    @Test
    void whatWasDeclaredButNeverStartedIsStarted() {
        core.launcher.hold();
        core.commands.run(web, CoreFixture.named("job", RestartPolicy.NEVER), Answer.of(run -> {}, e -> {}));
        core.settle();
        core.launcher.vanish("job");
        core.launcher.forget(core.launcher.records().get(0));
        CoreFixture next = core.crashed();
        next.restore();
        next.settle();
        assertEquals(List.of("job"), next.launcher.launched());
        assertEquals(JobState.RUNNING, job(next).state());
    }

    @Test
    void whatIsToBeDownButRunsIsEnded() {
        Command before = core.run(web, CoreFixture.named("job", ALWAYS));
        core.launcher.child("job").ignoreTerm();
        core.commands.stop(before, Commands.GRACE, Answer.of(ended -> {}, e -> {}));
        core.settle();
        assertEquals(1, core.launcher.alive().size());
        CoreFixture next = core.crashed().restore();
        next.pass(Duration.ofHours(1));
        assertEquals(JobState.STOPPED, job(next).state());
        assertEquals(0, next.launcher.alive().size());
        assertEquals(List.of(), next.launcher.launches());
    }

    @Test
    void anOlderRunOfACommandIsForgotten() {
        core.run(web, CoreFixture.named("job", ALWAYS));
        var older = core.launcher.records().get(0);
        core.launcher.child("job").exit(1);
        core.pass(Duration.ofMillis(100));
        core.launcher.keep(older);
        CoreFixture next = core.crashed().restore();
        assertEquals(List.of(older.run()), next.launcher.forgotten());
        assertEquals(1, next.launcher.alive().size());
        assertEquals(JobState.RUNNING, job(next).state());
    }

    @Test
    void b5ASecondCrashAdoptsAgain() {
        core.run(web, CoreFixture.named("job", ALWAYS));
        CoreFixture third = core.crashed().restore().crashed().restore();
        assertEquals(JobState.RUNNING, job(third).state());
        assertEquals(List.of(), third.launcher.launches());
    }
}
