package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CommandRef;
import io.shipote.card.Edge;
import io.shipote.card.ExitStatus;
import io.shipote.card.Graph;
import io.shipote.card.PipelineOptions.Scope;
import io.shipote.card.PipelineSpec;
import io.shipote.card.WorkspaceId;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Backoff;
import io.shipote.core.ManualLoop;
import io.shipote.core.Retries;
import io.shipote.core.SupervisionPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Restarts of single stages against a host that only counts: random graphs, random ends, random failures of launches. */
final class StageRestartsTest {
    private static final ExitStatus FAILED = new ExitStatus.Exited(1);
    private static final ExitStatus WELL = new ExitStatus.Exited(0);
    private static final ExitStatus SIGPIPE = new ExitStatus.Signalled(13, false);
    private static final ExitStatus SIGTERM = new ExitStatus.Signalled(15, false);

    /** The processes of a pipeline, as far as restarts know of them. */
    private static final class Rig implements StageRestarts.Owner {
        final ManualLoop loop = new ManualLoop();
        final Graph graph;
        final StageRestarts restarts;
        final Set<Integer> running = new TreeSet<>();
        final Set<Integer> finished = new TreeSet<>();
        final Set<Integer> ending = new TreeSet<>();
        final Map<Integer, Integer> starts = new TreeMap<>();
        final List<List<Integer>> launches = new ArrayList<>();
        final Deque<Runnable> answers = new ArrayDeque<>();
        int settled;
        Optional<String> refuse = Optional.empty();

        Rig(int stages, Scope scope, long max, int[]... edges) {
            List<CommandRef> nodes = new ArrayList<>();
            for (int i = 0; i < stages; i++) {
                nodes.add(CommandRef.nativeCommand("s" + i, "x", List.of()));
            }
            List<Edge> list = new ArrayList<>();
            for (int[] edge : edges) {
                list.add(Edge.of(edge[0], edge[1]));
            }
            graph = Graph.of(PipelineSpec.of("p", WorkspaceId.parse("01KR0Y2GP83CP3TKJZC1RR54R4"), nodes, list));
            SupervisionPolicy policy = new SupervisionPolicy(
                    RestartPolicy.Policy.ON_FAILURE, new Backoff(100, 1_000), max, RestartPolicy.OnUnknown.RESTART);
            restarts = new StageRestarts(graph, stages, scope, i -> new Retries(loop, policy, () -> 0.5), this);
            for (int i = 0; i < stages; i++) {
                running.add(i);
                starts.put(i, 1);
            }
            restarts.started();
        }

        @Override
        public void launch(List<Integer> stages, Consumer<Optional<ShipoteException>> done) {
            launches.add(stages);
            stages.forEach(stage -> {
                assertFalse(running.contains(stage), "started twice: " + stage);
                assertFalse(finished.contains(stage), "started after it was finished: " + stage);
            });
            answers.add(() -> {
                if (refuse.isPresent()) {
                    done.accept(Optional.of(new ShipoteException(ErrorCode.NOT_STARTED, refuse.get(), Map.of())));
                    return;
                }
                stages.forEach(stage -> {
                    running.add(stage);
                    starts.merge(stage, 1, Integer::sum);
                });
                done.accept(Optional.empty());
            });
        }

        @Override
        public void end(int stage) {
            assertTrue(running.contains(stage));
            ending.add(stage);
        }

        @Override
        public void finished(int stage) {
            assertTrue(finished.add(stage), "finished twice: " + stage);
        }

        @Override
        public void endFeeders(int stage) {
            graph.ancestors(stage).stream().filter(running::contains).forEach(ending::add);
        }

        @Override
        public void changed(int stage) {}

        @Override
        public void settled() {
            settled++;
        }

        void exit(int stage, ExitStatus how) {
            assertTrue(running.remove(stage));
            ending.remove(stage);
            restarts.ended(stage, how);
        }

        /** Lets what was asked for happen: ends first, then launches. */
        void host() {
            while (!ending.isEmpty() || !answers.isEmpty()) {
                if (!ending.isEmpty()) {
                    exit(ending.iterator().next(), SIGTERM);
                } else {
                    answers.remove().run();
                }
            }
        }

        void pass(long millis) {
            host();
            loop.advance(Duration.ofMillis(millis));
            host();
        }
    }

    private static final int[] AB = {0, 1};
    private static final int[] BC = {1, 2};

    @Test
    void onlyTheStageThatFailedIsRestarted() {
        Rig rig = new Rig(3, Scope.STAGE, 0, AB, BC);
        rig.exit(1, FAILED);
        rig.pass(99);
        assertEquals(List.of(), rig.launches);
        assertEquals("exit 1; restart 1 after 100 ms", rig.restarts.unit(1).why);
        rig.pass(1);
        assertEquals(List.of(List.of(1)), rig.launches);
        assertEquals(Set.of(0, 1, 2), rig.running);
        rig.exit(1, FAILED);
        rig.exit(2, FAILED);
        rig.pass(100);
        assertEquals(List.of(List.of(1), List.of(2)), rig.launches, "each has a delay of its own");
    }

    @Test
    void aFeederThatWasJustBeingStartedWhenItsConsumerGaveUpIsEnded() {
        Rig rig = new Rig(2, Scope.STAGE, 1, AB);
        rig.exit(1, FAILED);
        rig.pass(100);
        rig.exit(0, FAILED);
        rig.loop.advance(Duration.ofMillis(100));
        rig.exit(1, FAILED);
        assertTrue(rig.restarts.gaveUp().isPresent());
        rig.host();
        assertEquals(Set.of(), rig.running);
        assertEquals(1, rig.settled);
    }

    @Test
    void whatItFeedsIsRestartedWithIt() {
        Rig rig = new Rig(3, Scope.DOWNSTREAM, 0, AB, BC);
        rig.exit(1, FAILED);
        assertEquals(Set.of(2), rig.ending);
        rig.pass(100);
        assertEquals(List.of(List.of(1, 2)), rig.launches);
        rig.exit(2, FAILED);
        rig.pass(100);
        assertEquals(List.of(2), rig.launches.get(1), "its feeders go on");
    }

    @Test
    void whoWaitsOnWhenItsFeederFailsWaitsForThat() {
        Rig rig = new Rig(3, Scope.DOWNSTREAM, 0, AB, BC);
        rig.exit(1, FAILED);
        rig.pass(50);
        rig.exit(0, FAILED);
        rig.pass(50);
        assertEquals(List.of(), rig.launches);
        rig.pass(50);
        assertEquals(List.of(List.of(0, 1, 2)), rig.launches);
    }

    @Test
    void whatEndedWellIsDone() {
        Rig rig = new Rig(3, Scope.DOWNSTREAM, 0, AB, BC);
        rig.exit(2, WELL);
        assertEquals(Set.of(2), rig.finished);
        rig.exit(0, FAILED);
        rig.pass(100);
        assertEquals(List.of(List.of(0, 1)), rig.launches);
        rig.exit(1, SIGPIPE);
        rig.exit(0, SIGPIPE);
        assertEquals(1, rig.settled);
        assertEquals(Optional.empty(), rig.restarts.gaveUp());
    }

    @Test
    void aBrokenPipeWithEveryConsumerThereIsAFailure() {
        Rig rig = new Rig(2, Scope.STAGE, 0, AB);
        rig.exit(0, SIGPIPE);
        rig.pass(100);
        assertEquals(List.of(List.of(0)), rig.launches);
    }

    @Test
    void givingUpEndsTheFeedersAndLetsTheRestDrain() {
        Rig rig = new Rig(3, Scope.STAGE, 1, AB, BC);
        rig.exit(1, FAILED);
        rig.pass(100);
        rig.exit(1, FAILED);
        assertEquals(Set.of(1), rig.finished);
        assertEquals(Set.of(0), rig.ending);
        rig.host();
        assertEquals(Set.of(2), rig.running);
        rig.exit(2, FAILED);
        assertEquals(1, rig.settled);
        assertEquals(
                "stage 's1': exit 1; gave up after 1 restart",
                rig.restarts.gaveUp().orElseThrow());
    }

    @Test
    void aLaunchThatFailsIsAFailure() {
        Rig rig = new Rig(2, Scope.STAGE, 2, AB);
        rig.refuse = Optional.of("no such file");
        rig.exit(1, FAILED);
        rig.pass(100);
        assertEquals("could not be started: no such file; restart 2 of 2 after 200 ms", rig.restarts.unit(1).why);
        rig.pass(200);
        assertTrue(rig.restarts.gaveUp().isPresent());
        rig.host();
        assertEquals(1, rig.settled);
    }

    @Test
    void aStopWaitsForWhatIsBeingStarted() {
        Rig rig = new Rig(2, Scope.STAGE, 0, AB);
        rig.exit(1, FAILED);
        rig.loop.advance(Duration.ofMillis(100));
        boolean[] quiet = new boolean[1];
        rig.restarts.stop(() -> quiet[0] = true);
        assertFalse(quiet[0]);
        rig.host();
        assertTrue(quiet[0]);
        rig.pass(3_600_000);
        assertEquals(1, rig.launches.size());
    }

    @Test
    void nowMeansNow() {
        Rig rig = new Rig(2, Scope.STAGE, 0, AB);
        rig.exit(1, FAILED);
        rig.restarts.retryNow();
        rig.pass(0);
        assertEquals(Set.of(0, 1), rig.running);
        assertEquals(0, rig.loop.timers());
    }

    /** Whatever happens: nothing runs twice, nobody is forgotten, and in the end it settles once. */
    @Test
    void randomGraphsWithRandomEnds() {
        for (int seed = 0; seed < 600; seed++) {
            Random random = new Random(seed);
            int stages = 1 + random.nextInt(7);
            Scope scope = random.nextBoolean() ? Scope.STAGE : Scope.DOWNSTREAM;
            long max = random.nextInt(4);
            Rig rig = new Rig(stages, scope, max, edges(random, stages));
            for (int step = 0; step < 120 && rig.settled == 0; step++) {
                one(rig, random, step > 90);
                invariant(rig, seed);
            }
            rig.refuse = Optional.empty();
            for (int i = 0; i < 1_000 && rig.settled == 0; i++) {
                rig.pass(2_000);
                if (!rig.running.isEmpty()) {
                    rig.exit(rig.running.iterator().next(), WELL);
                }
                invariant(rig, seed);
            }
            rig.host();
            assertEquals(1, rig.settled, "seed " + seed);
            assertEquals(Set.of(), rig.running, "seed " + seed);
            assertEquals(stages, rig.finished.size(), "seed " + seed);
            assertEquals(0, rig.loop.timers(), "seed " + seed);
        }
    }

    private static int[][] edges(Random random, int stages) {
        List<int[]> edges = new ArrayList<>();
        for (int to = 1; to < stages; to++) {
            for (int from = 0; from < to; from++) {
                if (random.nextInt(3) == 0) {
                    edges.add(new int[] {from, to});
                }
            }
        }
        return edges.toArray(new int[0][]);
    }

    private static void one(Rig rig, Random random, boolean calm) {
        int what = random.nextInt(10);
        List<Integer> running = List.copyOf(rig.running);
        if (what < 4 && !running.isEmpty() && !calm) {
            ExitStatus how = List.of(FAILED, FAILED, FAILED, SIGPIPE, WELL).get(random.nextInt(5));
            rig.exit(running.get(random.nextInt(running.size())), how);
        } else if (what == 4 && !rig.ending.isEmpty()) {
            rig.exit(rig.ending.iterator().next(), SIGTERM);
        } else if (what == 5 && !rig.answers.isEmpty()) {
            rig.answers.remove().run();
        } else if (what == 6) {
            rig.refuse = random.nextInt(4) == 0 ? Optional.of("no") : Optional.empty();
        } else if (what == 7) {
            rig.restarts.retryNow();
        } else {
            rig.loop.advance(Duration.ofMillis(random.nextInt(300)));
        }
    }

    /** Every stage runs, is being started, waits for somebody, or is done for good. */
    private static void invariant(Rig rig, int seed) {
        if (rig.settled > 0) {
            return;
        }
        for (int stage : rig.starts.keySet()) {
            RestartUnit unit = rig.restarts.unit(stage);
            String at = "seed " + seed + ", stage " + stage + ", " + unit.phase;
            assertEquals(unit.is(RestartUnit.Phase.UP, RestartUnit.Phase.ENDING), rig.running.contains(stage), at);
            assertEquals(unit.phase == RestartUnit.Phase.DOWN, rig.finished.contains(stage), at);
            if (unit.phase == RestartUnit.Phase.DUE) {
                assertTrue(unit.retries.dueMs().isPresent(), at);
            }
            if (unit.is(RestartUnit.Phase.WAITING, RestartUnit.Phase.ENDING)
                    && rig.restarts.gaveUp().isEmpty()) {
                RestartUnit cause = rig.restarts.unit(unit.cause);
                assertTrue(
                        cause.is(
                                RestartUnit.Phase.DUE,
                                RestartUnit.Phase.READY,
                                RestartUnit.Phase.WAITING,
                                RestartUnit.Phase.ENDING,
                                RestartUnit.Phase.LAUNCHING),
                        at + " because of " + cause.stage + ", " + cause.phase);
            }
        }
    }
}
