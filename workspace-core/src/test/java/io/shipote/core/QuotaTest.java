package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.QuotaAction;
import io.shipote.card.QuotaEnforce;
import io.shipote.card.Shape;
import io.shipote.card.U64;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.core.linux.Figure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What happens at a limit: by the kernel, by the sampler, or not at all. */
final class QuotaTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final CoreFixture core = CoreFixture.fresh();
    private final FakeMeters meters = new FakeMeters();

    private Workspace limited(QuotaAction action) {
        new Sampler(core.host, core.workspaces, core.loop::execute, meters, SECOND).start();
        WorkspaceSpec spec = WorkspaceSpec.of("web");
        spec = spec.withSoma(
                spec.soma().withMemBytes(Optional.of(U64.of(1_000))).withNproc(Optional.of(10L)));
        return core.workspace(spec.withQuotaEnforce(new QuotaEnforce(action, action, Shape.NEW)));
    }

    private Command command(Workspace workspace, String name, RestartPolicy.Policy policy) {
        return core.run(workspace, CoreFixture.named(name, CoreFixture.policy(policy, 60_000, 0)));
    }

    private void memory(String name, long bytes) {
        meters.run(core.launcher.child(name)).set(Figure.MEMORY, bytes);
    }

    private long events(String kind) {
        return core.events.stream().filter(e -> e.kind().equals(kind)).count();
    }

    @Test
    void logTellsOfEachCrossingOnce() {
        Workspace web = limited(QuotaAction.LOG);
        command(web, "a", RestartPolicy.Policy.NEVER);
        memory("a", 1_000);
        core.pass(SECOND);
        assertEquals(0, web.quota().count(), "the limit itself may be used");
        memory("a", 1_001);
        core.pass(Duration.ofSeconds(30));
        memory("a", 950);
        core.pass(SECOND);
        memory("a", 1_001);
        core.pass(SECOND);
        assertEquals(1, web.quota().count(), "it had not gone down by a tenth");
        memory("a", 900);
        core.pass(SECOND);
        memory("a", 2_000);
        core.pass(SECOND);
        assertEquals(2, web.quota().count());
        assertEquals(2, events("quota.mem"));
        Quota.Breach breach = web.quota().breaches().get(1);
        assertEquals(
                new Quota.Breach(
                        breach.atMs(),
                        Quota.What.MEM,
                        2_000,
                        1_000,
                        Quota.Enforcer.SAMPLER,
                        Quota.Outcome.LOGGED,
                        Optional.empty()),
                breach);
        assertEquals(1, core.launcher.alive().size());
    }

    @Test
    void noneDoesNothing() {
        Workspace web = limited(QuotaAction.NONE);
        command(web, "a", RestartPolicy.Policy.NEVER);
        memory("a", 5_000);
        core.pass(Duration.ofSeconds(5));
        assertEquals(0, web.quota().count());
        assertEquals(Quota.Enforcer.NOBODY, web.quota().by(Quota.What.MEM));
    }

    @Test
    void killEndsTheOneThatUsesMostAndSaysSo() {
        Workspace web = limited(QuotaAction.KILL);
        Command small = command(web, "small", RestartPolicy.Policy.NEVER);
        Command large = command(web, "large", RestartPolicy.Policy.ON_FAILURE);
        memory("small", 300);
        memory("large", 800);
        core.pass(SECOND);
        core.pass(Duration.ofSeconds(5));
        assertEquals(JobState.RUNNING, small.state());
        assertEquals(JobState.BACKOFF, large.state(), "it follows its policy");
        assertTrue(large.why().contains("ended by quota (memory: 1100 bytes, limit 1000)"), large.why());
        assertEquals(Optional.of("quota"), large.lastRecord().orElseThrow().endedBy());
        assertEquals(1, web.quota().count());
        assertEquals(Optional.of(large.id()), web.quota().breaches().get(0).command());
        assertEquals(1, core.workspaces.all().size(), "the workspace stays");
        Command next = core.crashed().restore().workspaces.get("web").commands().get(1);
        assertEquals(JobState.BACKOFF, next.state(), "and the next daemon knows that");
    }

    @Test
    void killEndsTheNextOneWhenThatDidNotHelp() {
        Workspace web = limited(QuotaAction.KILL);
        command(web, "a", RestartPolicy.Policy.NEVER);
        command(web, "b", RestartPolicy.Policy.NEVER);
        memory("a", 2_000);
        memory("b", 3_000);
        core.pass(Duration.ofSeconds(5));
        assertEquals(List.of(), core.launcher.alive());
        assertEquals(2, web.quota().count());
    }

    @Test
    void oneThatDoesNotEndIsNotEndedAgainAndAgain() {
        Workspace web = limited(QuotaAction.KILL);
        command(web, "a", RestartPolicy.Policy.NEVER);
        core.launcher.child("a").ignoreTerm();
        memory("a", 2_000);
        core.pass(Duration.ofMillis(1_500));
        assertEquals(List.of(15), core.launcher.child("a").signals());
        core.pass(Duration.ofSeconds(5));
        assertEquals(List.of(15, 9), core.launcher.child("a").signals());
        assertEquals(1, web.quota().count());
    }

    @Test
    void processesAreLimitedAlike() {
        Workspace web = limited(QuotaAction.KILL);
        Command a = command(web, "a", RestartPolicy.Policy.NEVER);
        meters.run(core.launcher.child("a")).set(Figure.PIDS, 11);
        core.pass(Duration.ofSeconds(3));
        assertEquals(JobState.FAILED, a.state());
        assertTrue(a.why().contains("processes: 11, limit 10"), a.why());
        assertEquals(1, events("quota.nproc"));
        Command next = core.crashed().restore().workspaces.get("web").commands().get(0);
        assertEquals(JobState.FAILED, next.state());
        assertTrue(next.why().contains("ended by quota"), next.why());
    }

    @Test
    void whatTheKernelDidIsTold() {
        core.launcher.applies(Applied.applied("rlimits.mem_bytes"));
        core.launcher.applies(Applied.applied("rlimits.nproc"));
        Workspace web = limited(QuotaAction.KILL);
        assertEquals(Quota.Enforcer.KERNEL, web.quota().by(Quota.What.MEM));
        command(web, "a", RestartPolicy.Policy.NEVER);
        meters.group(web).set(Figure.MEMORY, 5_000);
        meters.group(web).set(Figure.OOM_KILLS, 0);
        core.pass(Duration.ofSeconds(3));
        assertEquals(0, web.quota().count(), "the kernel decides what is too much");
        meters.group(web).set(Figure.OOM_KILLS, 2);
        meters.group(web).set(Figure.PIDS_REFUSED, 1);
        core.launcher.child("a").exit(1);
        core.pass(Duration.ofSeconds(3));
        List<Quota.Outcome> outcomes =
                web.quota().breaches().stream().map(Quota.Breach::outcome).toList();
        assertEquals(List.of(Quota.Outcome.KILLED, Quota.Outcome.REFUSED), outcomes);
    }

    @Test
    void breachesAreBounded() {
        Workspace web = limited(QuotaAction.LOG);
        command(web, "a", RestartPolicy.Policy.NEVER);
        for (int i = 0; i < 50; i++) {
            memory("a", 2_000 + i);
            core.pass(SECOND);
            memory("a", 1);
            core.pass(SECOND);
        }
        assertEquals(50, web.quota().count());
        assertEquals(Quota.MAX_BREACHES, web.quota().breaches().size());
        assertEquals(2_049, web.quota().breaches().get(31).used());
    }
}
