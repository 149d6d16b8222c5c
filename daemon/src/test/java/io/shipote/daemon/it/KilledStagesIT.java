package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.EdgeOptions;
import io.shipote.card.Graph;
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
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every stage of a pipeline is killed at several moments, with every scope of restart over every kind of edge that goes with
 * it; what has a new process then is compared with what must have.
 */
@Timeout(240)
class KilledStagesIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Optional<String> ANY = Optional.empty();
    private static final int STAGES = 4;
    private static final String[] CHAIN = {"0>1", "1>2", "2>3"};
    private static final String[] DIAMOND = {"0>1", "0>2", "1>3", "2>3"};
    private static final List<String> SCRIPTS =
            List.of("while echo line; do sleep 0.05; done", "exec cat", "exec cat", "exec cat >/dev/null");

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

    /** What is killed: a scope over a kind of edges. Batch edges go only with the whole. */
    record Kind(Scope scope, EdgeOptions.Mode mode, boolean tap, boolean diamond) {
        PipelineSpec spec(long backoffMs) {
            EdgeOptions edges = new EdgeOptions(mode, EdgeOptions.Merge.LINES, Optional.empty(), tap);
            PipelineSpec plain = Specs.graph("killed", workspace, SCRIPTS, diamond ? DIAMOND : CHAIN);
            return PipelineSpec.of(
                            toString(),
                            plain.workspace(),
                            plain.nodes(),
                            plain.edges().stream()
                                    .map(edge -> edge.withOptions(edges))
                                    .toList())
                    .withOptions(PipelineOptions.DEFAULT.withScope(scope))
                    .withRestart(true, U64.of(backoffMs), U64.of(backoffMs), 0);
        }

        /** The model: which stages get new processes when these are killed. */
        Set<Integer> restarted(Set<Integer> killed) {
            Set<Integer> all = new TreeSet<>();
            Graph graph = Graph.of(spec(0));
            for (int stage = 0; stage < STAGES; stage++) {
                int it = stage;
                boolean too =
                        switch (scope) {
                            case WHOLE -> true;
                            case STAGE -> killed.contains(it);
                            case DOWNSTREAM ->
                                killed.stream()
                                        .anyMatch(one -> one == it
                                                || graph.descendants(one).contains(it));
                        };
                if (too) {
                    all.add(stage);
                }
            }
            return all;
        }
    }

    static Stream<Kind> kinds() {
        List<Kind> all = new ArrayList<>();
        for (Scope scope : Scope.values()) {
            for (EdgeOptions.Mode mode : EdgeOptions.Mode.values()) {
                for (int bits = 0; bits < 4; bits++) {
                    if (mode == EdgeOptions.Mode.STREAM || scope == Scope.WHOLE) {
                        all.add(new Kind(scope, mode, (bits & 1) != 0, (bits & 2) != 0));
                    }
                }
            }
        }
        return all.stream();
    }

    /** One of each scope and mode. */
    static Stream<Kind> plainKinds() {
        return kinds().filter(kind -> !kind.tap() && !kind.diamond());
    }

    private static String run(Kind kind, long backoffMs) {
        return room.pipeline(kind.spec(backoffMs)).id();
    }

    private static List<CommandStatus> stages(String id) {
        return room.pipeline(id).stages();
    }

    private static List<Optional<Long>> pids(String id) {
        return stages(id).stream().map(CommandStatus::pid).toList();
    }

    private static void kill(List<Optional<Long>> pids, int stage) {
        pids.get(stage).flatMap(ProcessHandle::of).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** All run, and those and only those that must have a new process have one. */
    private static void assertRestarted(String id, List<Optional<Long>> before, Set<Integer> expected) {
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> allRun(id)
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

    private static boolean allRun(String id) {
        return room.pipeline(id).state() == JobState.RUNNING
                && stages(id).stream().allMatch(stage -> stage.state() == JobState.RUNNING);
    }

    private static void stop(String id) {
        daemon.client().pipelines().stop(id, ANY, Optional.empty());
        assertEquals(JobState.STOPPED, room.pipeline(id).state());
    }

    /** Each alone, the first as soon as it is started and the next as soon as that one is back; then several at once. */
    @ParameterizedTest
    @MethodSource("kinds")
    void whileAllRun(Kind kind) {
        String id = run(kind, 20);
        List<List<Integer>> kills = new ArrayList<>();
        for (int stage = 0; stage < STAGES; stage++) {
            kills.add(List.of(stage));
        }
        kills.addAll(List.of(List.of(0, 2), List.of(3, 1), List.of(2, 1), List.of(0, 1, 2, 3)));
        long killed = 0;
        for (List<Integer> some : kills) {
            List<Optional<Long>> before = pids(id);
            some.forEach(stage -> kill(before, stage));
            assertRestarted(id, before, kind.restarted(Set.copyOf(some)));
            killed += some.size();
        }
        if (kind.scope() == Scope.STAGE) {
            assertEquals(killed, room.pipeline(id).restarts());
        }
        stop(id);
    }

    /** The new process is killed as soon as it is seen, whatever else is still being started or ended. */
    @ParameterizedTest
    @MethodSource("plainKinds")
    void asSoonAsItIsBack(Kind kind) {
        String id = run(kind, 20);
        for (int stage = 0; stage < STAGES; stage++) {
            int it = stage;
            List<Optional<Long>> first = pids(id);
            long before = room.pipeline(id).restarts();
            int rounds = 5;
            Optional<Long> last = first.get(it);
            for (int round = 0; round < rounds; round++) {
                kill(pids(id), it);
                Optional<Long> gone = last;
                await().atMost(SOON).pollInterval(Duration.ofMillis(5)).until(() -> pids(id).get(it)
                        .filter(pid -> !Optional.of(pid).equals(gone))
                        .isPresent());
                last = pids(id).get(it).or(() -> gone);
            }
            assertRestarted(id, first, kind.restarted(Set.of(it)));
            assertTrue(room.pipeline(id).restarts() >= before + rounds, () -> room.pipeline(id)
                    .toString());
        }
        stop(id);
    }

    /** The next daemon finds it dead, and does what the one before would have done. */
    @ParameterizedTest
    @MethodSource("plainKinds")
    void whileNoDaemonIsThere(Kind kind) throws Exception {
        String id = run(kind, 20);
        for (List<Integer> some : List.of(List.of(0), List.of(3), List.of(1, 2))) {
            List<Optional<Long>> before = pids(id);
            daemon.kill9();
            some.forEach(stage -> kill(before, stage));
            for (int stage : some) {
                await().atMost(SOON)
                        .until(() -> !Processes.alive(before.get(stage).orElseThrow()));
            }
            daemon.start();
            assertRestarted(id, before, kind.restarted(Set.copyOf(some)));
        }
        stop(id);
    }

    /** A second one dies while the first waits for its restart, which then comes for both. */
    @ParameterizedTest
    @EnumSource(names = {"STAGE", "DOWNSTREAM"})
    void whileAnotherWaitsForItsRestart(Scope scope) {
        Kind kind = new Kind(scope, EdgeOptions.Mode.STREAM, false, false);
        String id = run(kind, 600_000);
        for (List<Integer> pair : List.of(List.of(2, 1), List.of(1, 0), List.of(3, 0))) {
            List<Optional<Long>> before = pids(id);
            for (int stage : pair) {
                kill(before, stage);
                await().atMost(SOON).until(() -> stages(id).get(stage).state() == JobState.BACKOFF);
            }
            Set<Integer> expected = kind.restarted(Set.copyOf(pair));
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
        stop(id);
    }

    @Test
    void theWholeComesBackOnceAllHaveEnded() {
        Kind kind = new Kind(Scope.WHOLE, EdgeOptions.Mode.BATCH, false, true);
        String id = run(kind, 600_000);
        for (int stage = 0; stage < STAGES; stage++) {
            List<Optional<Long>> before = pids(id);
            kill(before, stage);
            await().atMost(SOON).until(() -> room.pipeline(id).state() == JobState.BACKOFF);
            assertEquals(
                    List.of(),
                    stages(id).stream().flatMap(one -> one.pid().stream()).toList());
            daemon.client().commands().retryNow(id, ANY);
            assertRestarted(id, before, kind.restarted(Set.of(stage)));
            assertEquals(stage + 1, room.pipeline(id).restarts());
        }
        stop(id);
    }
}
