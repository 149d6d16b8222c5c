package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.core.store.RunRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PrunerTest {
    private static final Duration MAX_AGE = Retention.DEFAULTS.maxAge();

    private CoreFixture core = CoreFixture.fresh();
    private final Workspace web = core.workspace("web");

    private Command ended(String label) {
        Command command = core.run(web, CoreFixture.unnamed(label));
        core.launcher.child(label).exit(0);
        core.loop.run();
        return command;
    }

    private List<String> labels() {
        return labels(web);
    }

    private static List<String> labels(Workspace workspace) {
        return workspace.commands().stream().map(Command::label).toList();
    }

    private Pruner pruner() {
        return new Pruner(core.host, core.workspaces);
    }

    private List<String> prune(long olderMs, boolean dryRun) {
        List<Job> gone = core.ok(answer -> pruner().prune(Optional.empty(), olderMs, dryRun, answer));
        return gone.stream().map(Job::label).toList();
    }

    private long prunes() {
        return core.events.stream()
                .filter(e -> e.act().equals(Optional.of("prune")))
                .count();
    }

    @Test
    void whatIsTooOldGoesAndIsReportedOnceARound() {
        ended("old");
        ended("older than it seems");
        pruner().start();
        core.pass(MAX_AGE.minusMinutes(1));
        ended("young");
        core.run(web, CoreFixture.named("named", RestartPolicy.NEVER));
        core.launcher.child("named").exit(0);
        core.run(web, CoreFixture.unnamed("alive"));
        assertEquals(5, web.commands().size());
        core.pass(Duration.ofMinutes(2));
        assertEquals(List.of("young", "named", "alive"), labels());
        assertEquals(2, web.pruned());
        assertEquals(2, core.launcher.forgotten().size());
        assertEquals(1, prunes());
        assertEquals(
                "2 jobs that had ended",
                core.events.get(core.events.size() - 1).detail().orElse(""));
        core.pass(Duration.ofMinutes(5));
        assertEquals(1, prunes());
    }

    @Test
    void pruneNowTakesAllThatHasEndedAndNothingElse() {
        ended("a");
        Command again = ended("again");
        core.<Command>ok(answer -> core.commands.start(again, answer));
        core.run(web, CoreFixture.named("named", RestartPolicy.NEVER));
        core.launcher.child("named").exit(1);
        core.pass(Duration.ofMinutes(1));
        ended("b");
        assertEquals(List.of("a"), prune(30_000, true));
        assertEquals(List.of("a", "b"), prune(0, true));
        assertEquals(0, web.pruned());
        assertEquals(List.of("a", "b"), prune(0, false));
        assertEquals(List.of("again", "named"), labels());
        assertEquals(2, core.launcher.forgotten().size());
        assertEquals(JobState.RUNNING, again.state());
        assertEquals(List.of(), prune(0, false));
        assertEquals(0, prunes(), "a client's prune is no act of the daemon");
    }

    @Test
    void whatIsBeingLookedForAfterAStartIsNotThrownAway() {
        Command command = core.run(web, CoreFixture.unnamed("runs on"));
        core = core.crashed(MAX_AGE.plusDays(1));
        core.launcher.hold();
        RestoreWorkspaces restore = new RestoreWorkspaces(core.host, core.intents, core.workspaces, core.quarantine);
        restore.read(core.store.entries(io.shipote.core.store.Section.WORKSPACES));
        boolean[] done = new boolean[1];
        restore.revive(new RunsFound(core.launcher.records()), () -> done[0] = true);
        Workspace again = core.workspaces.get("web");
        assertEquals(List.of("runs on"), labels(again));
        assertEquals(List.of(), prune(0, false));
        again.pruneBeyondBounds();
        core.launcher.letGo();
        core.until(() -> done[0]);
        restore.finish();
        assertEquals(JobState.RUNNING, again.commands().get(0).state());
        assertEquals(command.id(), again.commands().get(0).id());
        assertEquals(List.of(), core.launcher.forgotten());
    }

    @Test
    void soManyRunsOfACommandAreKeptAndTheNextDaemonKnowsThem() {
        RestartPolicy policy = CoreFixture.policy(RestartPolicy.Policy.ALWAYS, 10, 0);
        Command command = core.run(web, CoreFixture.named("again", policy));
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            runs.add(0, command.lastRecord().orElseThrow().run().text());
            core.launcher.child("again").exit(1);
            core.pass(Duration.ofSeconds(1));
            core.until(() -> command.state() == JobState.RUNNING);
        }
        runs.add(0, command.lastRecord().orElseThrow().run().text());
        assertEquals(runs.subList(0, 3), runs(command));
        assertEquals(3, core.launcher.records().size());
        core = core.crashed().restore();
        Command restored = core.workspaces.get("web").commands().get(0);
        assertEquals(runs.subList(0, 3), runs(restored));
        core.<Long>ok(answer -> core.commands.stop(restored, Duration.ZERO, answer));
        core.<Void>ok(answer -> core.commands.remove(restored, answer));
        core.settle();
        assertTrue(core.launcher.records().isEmpty(), core.launcher.records()::toString);
    }

    private static List<String> runs(Command command) {
        return command.keptRecords().stream()
                .map(RunRecord::run)
                .map(Object::toString)
                .toList();
    }
}
