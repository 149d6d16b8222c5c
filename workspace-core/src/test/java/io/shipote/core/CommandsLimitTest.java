package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CommandRef;
import io.shipote.card.Payload;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is kept, what is refused, and what crosses on the way. */
final class CommandsLimitTest {
    private static final Duration GRACE = Duration.ofSeconds(3);
    private static final RestartPolicy ALWAYS = CoreFixture.policy(RestartPolicy.Policy.ALWAYS, 100, 0);
    private static final int ENOENT = 2;

    private final CoreFixture core = CoreFixture.fresh();
    private final Workspace web = core.workspace("web");

    private ShipoteException refused(Commands.Request request) {
        return core.refused((Answer<Command> answer) -> core.commands.run(web, request, answer));
    }

    @Test
    void anUnnamedCommandIsNotDurable() {
        long writes = core.disk.writes();
        core.run(web, CoreFixture.unnamed("a"));
        assertEquals(writes, core.disk.writes());
        core.run(web, CoreFixture.named("b", RestartPolicy.NEVER));
        assertTrue(core.disk.writes() > writes);
    }

    @Test
    void onlySoManyEndedOnesAreKept() {
        core.run(web, CoreFixture.named("named", RestartPolicy.NEVER));
        core.launcher.child("named").exit(0);
        core.run(web, CoreFixture.unnamed("alive"));
        for (int i = 0; i < Retention.DEFAULTS.deadPerWorkspace() + 5; i++) {
            core.run(web, CoreFixture.unnamed("c" + i));
            core.launcher.child("c" + i).exit(0);
            core.loop.run();
        }
        List<String> labels = web.commands().stream().map(Command::label).toList();
        assertEquals(Retention.DEFAULTS.deadPerWorkspace() + 2, labels.size());
        assertEquals(List.of("named", "alive", "c5"), labels.subList(0, 3));
        assertEquals(5, core.launcher.forgotten().size());
        assertEquals(labels.size(), core.launcher.records().size());
    }

    @Test
    void anEndedOneThatRunsAgainIsNotThrownAway() {
        Command again = core.run(web, CoreFixture.unnamed("again"));
        core.launcher.child("again").exit(0);
        core.loop.run();
        core.<Command>ok(answer -> core.commands.start(again, answer));
        for (int i = 0; i < Retention.DEFAULTS.deadPerWorkspace() + 5; i++) {
            core.run(web, CoreFixture.unnamed("c" + i));
            core.launcher.child("c" + i).exit(0);
            core.loop.run();
        }
        assertTrue(web.commands().contains(again));
        assertEquals(JobState.RUNNING, again.state());
    }

    @Test
    void aFullWorkspaceRefusesMore() {
        for (int i = 0; i < Workspace.MAX_JOBS; i++) {
            web.add(new Command(
                    core.host,
                    web,
                    new CommandIntent(
                            core.host.ids().command(),
                            Optional.of("n" + i),
                            CoreFixture.sleep("n"),
                            RestartPolicy.NEVER,
                            false)));
        }
        ShipoteException e = refused(CoreFixture.unnamed("one more"));
        assertEquals(ErrorCode.LIMIT_EXCEEDED, e.code());
        assertEquals("jobs", e.fields().get("limit"));
        assertEquals(List.of(), core.launcher.launches());
    }

    @Test
    void whatCannotBeStartedIsNotKept() {
        core.launcher.refuse("job", ENOENT);
        for (Commands.Request request :
                List.of(CoreFixture.unnamed("job"), CoreFixture.named("job", RestartPolicy.NEVER))) {
            ShipoteException e = refused(request);
            assertEquals(ErrorCode.NOT_STARTED, e.code());
            assertEquals(ENOENT, e.fields().get("errno"));
            assertEquals(List.of(), web.commands());
        }
        core.settle();
        assertEquals(List.of(), core.crashed().restore().workspaces.get("web").commands());
    }

    @Test
    void whatCannotBeStartedButHasAPolicyIsKeptAndTriedAgain() {
        core.launcher.refuse("job", ENOENT);
        assertEquals(
                ErrorCode.NOT_STARTED, refused(CoreFixture.named("job", ALWAYS)).code());
        Command job = core.commands.get("job", Optional.empty());
        assertEquals(JobState.BACKOFF, job.state());
        assertEquals(127, job.shellStatus());
        core.launcher.accept("job");
        core.pass(Duration.ofMillis(100));
        assertEquals(JobState.RUNNING, job.state());
        assertEquals(Optional.empty(), job.exit());
    }

    @Test
    void whatThisHostCannotRunIsRefused() {
        CommandRef virtual = CoreFixture.sleep("gate").withPayload(new Payload.Virtual());
        ShipoteException e = refused(new Commands.Request(virtual, Optional.empty(), RestartPolicy.NEVER));
        assertEquals(ErrorCode.NOT_RUNNABLE, e.code());
        assertEquals(List.of(), web.commands());
    }

    @Test
    void afterAFullDiskNothingHasChanged() {
        Command job = core.run(web, CoreFixture.named("job", ALWAYS));
        core.disk.full(true);
        assertEquals(
                ErrorCode.NOT_STORED, refused(CoreFixture.named("b", ALWAYS)).code());
        assertEquals(List.of(job), web.commands());
        assertEquals(
                ErrorCode.NOT_STORED,
                core.<Long>refused(answer -> core.commands.stop(job, GRACE, answer))
                        .code());
        assertTrue(job.intent().up());
        assertEquals(JobState.RUNNING, job.state());
        assertEquals(List.of(), core.launcher.child("job").signals());
        core.disk.full(false);
        core.<Long>ok(answer -> core.commands.stop(job, GRACE, answer));
        core.disk.full(true);
        assertEquals(
                ErrorCode.NOT_STORED,
                core.<Void>refused(answer -> core.commands.remove(job, answer)).code());
        assertEquals(List.of(job), web.commands());
        assertEquals(
                ErrorCode.NOT_STORED,
                core.<Command>refused(answer -> core.commands.start(job, answer))
                        .code());
        assertTrue(!job.intent().up());
        assertEquals(1, core.launcher.launches().size());
    }

    @Test
    void aStopDuringARestartWins() {
        Command job = core.run(web, CoreFixture.named("job", ALWAYS));
        core.launcher.child("job").ignoreTerm();
        boolean[] failed = new boolean[1];
        core.commands.restart(job, GRACE, Answer.of(run -> {}, e -> failed[0] = true));
        core.settle();
        core.commands.stop(job, GRACE, Answer.of(ended -> {}, e -> {}));
        core.pass(GRACE);
        assertEquals(JobState.STOPPED, job.state());
        assertTrue(failed[0]);
        assertEquals(1, core.launcher.launches().size());
    }

    @Test
    void aStartDuringAStopIsRefusedNotForgotten() {
        Command job = core.run(web, CoreFixture.unnamed("job"));
        core.launcher.child("job").ignoreTerm();
        core.commands.stop(job, GRACE, Answer.of(ended -> {}, e -> {}));
        assertEquals(
                ErrorCode.WRONG_STATE,
                core.<Command>refused(answer -> core.commands.start(job, answer))
                        .code());
        core.pass(GRACE);
        core.<Command>ok(answer -> core.commands.start(job, answer));
        assertEquals(JobState.RUNNING, job.state());
    }

    @Test
    void aStopWhileItIsBeingStartedIsFinal() {
        core.launcher.hold();
        core.commands.run(web, CoreFixture.named("job", ALWAYS), Answer.of(run -> {}, e -> {}));
        core.settle();
        Command job = core.commands.get("job", Optional.empty());
        assertEquals(JobState.STARTING, job.state());
        core.commands.stop(job, GRACE, Answer.of(ended -> {}, e -> {}));
        core.settle();
        core.launcher.letGo();
        core.pass(Duration.ofHours(1));
        assertEquals(JobState.STOPPED, job.state());
        assertEquals(0, core.launcher.alive().size());
        assertEquals(1, core.launcher.launches().size());
    }
}
