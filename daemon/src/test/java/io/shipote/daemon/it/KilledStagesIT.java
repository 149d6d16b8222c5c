package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineOptions;
import io.shipote.card.PipelineOptions.Scope;
import io.shipote.card.PipelineSpec;
import io.shipote.card.U64;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.JobState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every stage of a pipeline is killed at several moments; what has a new process then is compared with what must have. */
@Timeout(240)
class KilledStagesIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Optional<String> ANY = Optional.empty();
    private static final int STAGES = 4;
    private static final String[] SCRIPTS = {"exec sleep 1000", "exec cat", "exec cat", "exec cat"};

    private static DaemonHarness daemon;
    private static Room room;
    private static String workspace;

    @BeforeAll
    static void start() throws Exception {
        daemon = DaemonHarness.started();
        room = daemon.room();
        workspace = room.workspace("w");
    }

    @AfterAll
    static void end() throws Exception {
        daemon.close();
    }

    private static String run(Scope scope, long backoffMs) {
        EdgeOptions stream = EdgeOptions.DEFAULT.withMode(EdgeOptions.Mode.STREAM);
        PipelineSpec plain = Specs.chain("killed-" + scope.word() + "-" + backoffMs, workspace, SCRIPTS);
        return room.pipeline(PipelineSpec.of(
                                plain.label(),
                                plain.workspace(),
                                plain.nodes(),
                                plain.edges().stream()
                                        .map(edge -> edge.withOptions(stream))
                                        .toList())
                        .withOptions(PipelineOptions.DEFAULT.withScope(scope))
                        .withRestart(true, U64.of(backoffMs), U64.of(backoffMs), 0))
                .id();
    }

    private static List<CommandStatus> stages(String id) {
        return room.pipeline(id).stages();
    }

    private static List<Optional<Long>> pids(String id) {
        return stages(id).stream().map(CommandStatus::pid).toList();
    }

    /** The model: which stages get new processes when these are killed. */
    private static Set<Integer> restarted(Scope scope, Set<Integer> killed) {
        Set<Integer> all = new TreeSet<>();
        for (int stage = 0; stage < STAGES; stage++) {
            int it = stage;
            boolean too =
                    switch (scope) {
                        case WHOLE -> true;
                        case STAGE -> killed.contains(it);
                        case DOWNSTREAM -> killed.stream().anyMatch(one -> it >= one);
                    };
            if (too) {
                all.add(stage);
            }
        }
        return all;
    }

    private static void kill(List<Optional<Long>> pids, int stage) {
        pids.get(stage).flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** All run, and those and only those that must have a new process have one. */
    private static void assertRestarted(String id, List<Optional<Long>> before, Set<Integer> expected) {
        await().atMost(SOON)
                .until(() -> room.pipeline(id).state() == JobState.RUNNING
                        && stages(id).stream().allMatch(stage -> stage.state() == JobState.RUNNING)
                        && expected.stream()
                                .noneMatch(stage -> pids(id).get(stage).equals(before.get(stage))));
        List<Optional<Long>> after = pids(id);
        Set<Integer> changed = new TreeSet<>();
        for (int stage = 0; stage < STAGES; stage++) {
            if (!after.get(stage).equals(before.get(stage))) {
                changed.add(stage);
            }
        }
        assertEquals(expected, changed, () -> room.pipeline(id).toString());
    }

    /** Each alone, the next as soon as the one before is back; then two at once, in both orders. */
    @ParameterizedTest
    @EnumSource(Scope.class)
    void whileAllRun(Scope scope) {
        String id = run(scope, 20);
        List<List<Integer>> kills = new ArrayList<>();
        for (int stage = 0; stage < STAGES; stage++) {
            kills.add(List.of(stage));
        }
        kills.addAll(List.of(List.of(0, 2), List.of(3, 1), List.of(1, 2), List.of(2, 1), List.of(0, 1, 2, 3)));
        long killed = 0;
        for (List<Integer> some : kills) {
            List<Optional<Long>> before = pids(id);
            some.forEach(stage -> kill(before, stage));
            assertRestarted(id, before, restarted(scope, Set.copyOf(some)));
            killed += some.size();
        }
        if (scope == Scope.STAGE) {
            assertEquals(killed, room.pipeline(id).restarts());
        }
        daemon.client().pipelines().stop(id, ANY, Optional.empty());
        assertEquals(JobState.STOPPED, room.pipeline(id).state());
    }

    /** A second one dies while the first waits for its restart, which then comes for both. */
    @ParameterizedTest
    @EnumSource(names = {"STAGE", "DOWNSTREAM"})
    void whileAnotherWaitsForItsRestart(Scope scope) {
        String id = run(scope, 600_000);
        for (List<Integer> pair : List.of(List.of(2, 1), List.of(1, 0), List.of(3, 0))) {
            List<Optional<Long>> before = pids(id);
            for (int stage : pair) {
                kill(before, stage);
                await().atMost(SOON).until(() -> stages(id).get(stage).state() == JobState.BACKOFF);
            }
            Set<Integer> expected = restarted(scope, Set.copyOf(pair));
            await().atMost(SOON).until(() -> expected.stream()
                    .noneMatch(stage -> stages(id).get(stage).state() == JobState.RUNNING));
            for (int stage = 0; stage < STAGES; stage++) {
                if (!expected.contains(stage)) {
                    assertEquals(before.get(stage), pids(id).get(stage), "runs on: s" + stage);
                }
            }
            daemon.client().commands().retryNow(id, ANY);
            assertRestarted(id, before, expected);
        }
        daemon.client().pipelines().stop(id, ANY, Optional.empty());
    }

    @Test
    void theWholeComesBackOnceAllHaveEnded() {
        String id = run(Scope.WHOLE, 600_000);
        for (int stage = 0; stage < STAGES; stage++) {
            List<Optional<Long>> before = pids(id);
            kill(before, stage);
            await().atMost(SOON).until(() -> room.pipeline(id).state() == JobState.BACKOFF);
            assertEquals(
                    List.of(),
                    stages(id).stream().flatMap(one -> one.pid().stream()).toList());
            daemon.client().commands().retryNow(id, ANY);
            assertRestarted(id, before, restarted(Scope.WHOLE, Set.of(stage)));
            assertEquals(stage + 1, room.pipeline(id).restarts());
        }
        daemon.client().pipelines().stop(id, ANY, Optional.empty());
    }
}
