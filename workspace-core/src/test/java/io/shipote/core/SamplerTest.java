package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.linux.Figure;
import io.shipote.core.linux.ResourceTotals;
import io.shipote.core.linux.Usage;
import io.shipote.core.store.RunTotals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is sampled, when, and for whom. */
final class SamplerTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final CoreFixture core = CoreFixture.fresh();
    private final FakeMeters meters = new FakeMeters();
    private Sampler sampler;
    private Workspace web;

    @BeforeEach
    void start() {
        // A reading comes back in a task of its own, as it does from another thread.
        sampler = new Sampler(core.host, core.workspaces, core.loop::execute, meters, SECOND);
        web = core.workspace("web");
        core.pass(SECOND);
        sampler.start();
    }

    @Test
    void anIdleWorkspaceIsNotSampled() {
        core.pass(Duration.ofSeconds(30));
        assertEquals(0, meters.reads());
        assertEquals(0, web.history().all(StatsHistory.Tier.SECOND).size());
    }

    @Test
    void aBusyOneIsSampledEachSecondAndItsRunsToo() {
        Command command = core.run(web, CoreFixture.unnamed("job"));
        Usage group = meters.group(web);
        group.set(Figure.MEMORY, 100);
        group.set(Figure.CPU_USEC, 0);
        meters.run(core.launcher.child("job")).set(Figure.CPU_USEC, 0);
        for (int i = 1; i <= 100; i++) {
            group.set(Figure.CPU_USEC, i * 500_000L);
            meters.run(core.launcher.child("job")).set(Figure.CPU_USEC, i * 250_000L);
            core.pass(SECOND);
        }
        StatsRow newest = web.history().newest().orElseThrow();
        assertEquals(50f, newest.cpuPercent(), 0.01);
        assertEquals(100, newest.memoryBytes());
        assertEquals(Usage.Source.CGROUP, newest.source());
        RunStats run = command.stats().orElseThrow();
        assertEquals(RunStats.CAPACITY, run.samples().size());
        assertEquals(25f, run.cpuPercent(), 0.01);
        assertEquals(200, meters.reads());
        assertTrue(meters.wholes() <= 24, "the dear figures every ten seconds: " + meters.wholes());
    }

    @Test
    void whatTheGroupDoesNotCountIsTheSumOfTheRuns() {
        core.run(web, CoreFixture.unnamed("a"));
        core.run(web, CoreFixture.unnamed("b"));
        FakeChild a = core.launcher.child("a");
        FakeChild b = core.launcher.child("b");
        for (FakeChild child : List.of(a, b)) {
            meters.run(child).set(Figure.MEMORY, 10);
            meters.run(child).set(Figure.PIDS, 2);
            meters.run(child).set(Figure.CPU_USEC, 1_000_000);
        }
        core.pass(SECOND);
        StatsRow row = web.history().newest().orElseThrow();
        assertEquals(20, row.memoryBytes());
        assertEquals(4, row.pids());
        assertEquals(2_000_000, row.cpuUsec());
        assertEquals(Usage.Source.PROC, row.source());
        b.exit(0);
        meters.run(a).set(Figure.CPU_USEC, 1_500_000);
        core.pass(SECOND);
        row = web.history().newest().orElseThrow();
        assertEquals(10, row.memoryBytes());
        assertEquals(2_500_000, row.cpuUsec(), "what has ended stays counted");
        assertEquals(50f, row.cpuPercent(), 0.01);
    }

    @Test
    void whatSleepsIsToldFromWhatMayHaveRun() {
        RunStats run = core.run(web, CoreFixture.unnamed("job")).stats().orElseThrow();
        assertTrue(run.takeActivity(), "it was never sampled");
        Usage read = meters.run(core.launcher.child("job"));
        read.source(Usage.Source.CGROUP);
        read.set(Figure.CPU_USEC, 5);
        core.pass(SECOND);
        assertTrue(run.takeActivity());
        core.pass(SECOND);
        assertFalse(run.takeActivity(), "its group's processor time stood still");
        read.set(Figure.CPU_USEC, 6);
        core.pass(SECOND);
        assertTrue(run.takeActivity());
        assertFalse(run.takeActivity(), "not since the last call");
        read.set(Figure.CPU_USEC, Usage.UNKNOWN);
        core.pass(SECOND);
        assertTrue(run.takeActivity(), "nobody knows");
        assertTrue(run.takeActivity(), "nobody knows");
        read.set(Figure.CPU_USEC, 6);
        read.source(Usage.Source.PROC);
        core.pass(SECOND);
        assertTrue(run.takeActivity());
        assertTrue(run.takeActivity(), "processes are counted too coarsely");
    }

    @Test
    void whatEndedIsLetGoAndTheWorkspaceGetsOneMoreSample() {
        core.run(web, CoreFixture.unnamed("job"));
        meters.group(web).set(Figure.MEMORY, 1);
        core.pass(SECOND);
        assertEquals(2, meters.open().size());
        core.launcher.child("job").exit(0);
        meters.group(web).set(Figure.OOM_KILLS, 3);
        core.pass(SECOND);
        assertEquals(3, web.history().newest().orElseThrow().oomKills());
        core.pass(Duration.ofSeconds(3));
        assertEquals(List.of(), meters.open());
        long samples = web.history().all(StatsHistory.Tier.SECOND).size();
        core.pass(Duration.ofSeconds(30));
        assertEquals(samples, web.history().all(StatsHistory.Tier.SECOND).size());
    }

    @Test
    void askedForItIsSampledOutOfTurn() {
        core.run(web, CoreFixture.unnamed("job"));
        meters.group(web).set(Figure.MEMORY, 7);
        List<Long> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            sampler.now(web, () -> answers.add(web.stats().usage().get(Figure.MEMORY)));
        }
        core.loop.run();
        assertEquals(List.of(7L, 7L, 7L), answers);
        assertEquals(2, web.history().all(StatsHistory.Tier.SECOND).size(), "the later two shared one");
    }

    @Test
    void aReadingThatFailsLeavesAGapAndNothingElse() {
        core.run(web, CoreFixture.unnamed("job"));
        meters.group(web).set(Figure.MEMORY, 1);
        core.pass(SECOND);
        meters.broken(true);
        core.pass(Duration.ofSeconds(5));
        assertEquals(1, web.history().all(StatsHistory.Tier.SECOND).size());
        meters.broken(false);
        core.pass(SECOND);
        assertEquals(2, web.history().all(StatsHistory.Tier.SECOND).size());
    }

    @Test
    void aWatcherSeesEverySample() {
        meters.group(web).set(Figure.MEMORY, 1);
        List<Long> seen = new ArrayList<>();
        Runnable end = web.stats().watch(row -> seen.add(row.memoryBytes()));
        core.pass(Duration.ofSeconds(3));
        assertEquals(List.of(1L, 1L, 1L), seen);
        end.run();
        core.pass(Duration.ofSeconds(3));
        assertEquals(3, seen.size());
    }

    @Test
    void whatARunUsedInAllIsKeptInItsRecord() {
        Command command = core.run(web, CoreFixture.unnamed("job"));
        FakeChild child = core.launcher.child("job");
        meters.run(child).set(Figure.CPU_USEC, 900_000);
        meters.run(child).set(Figure.MEMORY_PEAK, 5_000);
        core.pass(SECOND);
        child.uses(new ResourceTotals(1_000_000, 4_000, 512, 0));
        child.exit(0);
        core.pass(SECOND);
        RunTotals totals = core.launcher.records().get(0).totals();
        assertEquals(
                new RunTotals(Optional.of(1_000_000L), Optional.of(5_000L), Optional.of(512L), Optional.of(0L)),
                totals);
        assertEquals(
                Optional.of(1_000_000L), command.status(0).usage().orElseThrow().cpuUsec());
        CoreFixture next = core.crashed().restore();
        Command again = next.workspaces.get("web").commands().get(0);
        assertEquals(totals, again.lastRecord().orElseThrow().totals());
        assertEquals("total", again.status(0).usage().orElseThrow().source());
    }
}
