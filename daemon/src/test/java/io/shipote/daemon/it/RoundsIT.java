package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.garbage.Garbage;
import io.shipote.core.garbage.LinuxLife;
import io.shipote.core.garbage.RuntimeDens;
import io.shipote.core.linux.CgroupHost;
import io.shipote.core.linux.OrphanGroups;
import io.shipote.core.linux.ProcFiles;
import io.shipote.daemon.doctor.Finding;
import io.shipote.daemon.doctor.LeftoverCheckup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many daemons one after the other, most of them killed, and between each two of them somebody takes directories away or
 * leaves something behind. What runs goes on untouched, what is garbage goes, what is somebody else's stays, and nothing
 * becomes more with the rounds.
 *
 * <p>{@code -Drounds=N} asks for another number of rounds, {@code -Drounds.seed=N} for the same dice.
 */
@Timeout(3_600)
class RoundsIT {
    private static final int ROUNDS = Integer.getInteger("rounds", 25);
    /** The first daemon has other descriptors, as it has not adopted; and then figures may differ by what is under way. */
    private static final int FIRST = 4;
    /** What Java and Netty open when they like; less than what one more with each round would come to. */
    private static final int SLACK = 4;

    private static final String GENERATIONS = "state\\.(json|journal).*|audit\\.jsonl.*|daemon\\.lock|history";

    private final long seed = Long.getLong("rounds.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Map<RoundsMishap, Integer> mishaps = new EnumMap<>(RoundsMishap.class);
    private DaemonHarness daemon;
    private GroupGround groups;
    private Process stranger;
    private RoundsLitter litter;
    private RoundsLife life;
    private Set<String> runtimeNames;
    private Set<String> stateNames;
    private Set<Path> workspaceGroups;
    private Set<Path> runGroups;
    private int descriptors;
    private int threads;
    private int mostDescriptors;
    private int mostThreads;
    private int kills;

    @BeforeEach
    void prepare() throws IOException {
        daemon = DaemonHarness.prepared();
        groups = daemon.ownGroups();
        stranger = new ProcessBuilder("sleep", "600").start();
        litter = new RoundsLitter(daemon, groups, stranger);
        daemon.archived();
    }

    @AfterEach
    void end() throws IOException {
        litter.clear();
        if (daemon.client() == null) {
            // After a failure; only a daemon can clean up.
            Files.deleteIfExists(daemon.socket());
            daemon.start();
        }
        daemon.close();
        groups.remove();
        stranger.destroyForcibly();
        Processes.ended(stranger);
    }

    @Test
    void whateverIsTakenAwayOrLeftBehindNothingIsHarmedAndNothingPilesUp() throws Exception {
        long begun = System.nanoTime();
        daemon.start();
        life = new RoundsLife(daemon);
        runtimeNames = names(daemon.socket().getParent());
        stateNames = stateNames();
        workspaceGroups = new HashSet<>(groups.workspaces());
        runGroups = new HashSet<>(groups.runs());
        for (int round = 0; round < ROUNDS; round++) {
            try {
                round(round);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "seed " + seed + ", round " + round + " of " + mishaps + ": " + e.getMessage() + "\n" + log(),
                        e);
            }
        }
        System.out.println("rounds: seed " + seed + ", " + ROUNDS + " daemons, " + kills + " of them killed, " + mishaps
                + ", " + litter.count() + " things removed; descriptors at first " + descriptors + ", at most "
                + mostDescriptors + ", threads " + threads + ", at most " + mostThreads
                + ", " + workspaceGroups.size() + " and " + runGroups.size() + " groups, " + runtimeNames.size()
                + " files beside the socket, " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        assertTrue(kills > 0 && litter.count() > 0);
    }

    /** Its end: it tells of many daemons. */
    private String log() {
        String story = daemon.story();
        return story.substring(Math.max(0, story.length() - 20_000));
    }

    private void round(int round) throws Exception {
        life.work(round);
        if (random.nextBoolean()) {
            life.prune();
        }
        String run = life.run();
        if (random.nextInt(4) == 0) {
            assertEquals(0, daemon.stop(), daemon::story);
        } else {
            daemon.kill9();
            kills++;
        }
        Set<RoundsMishap> all = EnumSet.of(RoundsMishap.values()[round % RoundsMishap.values().length]);
        for (int more = random.nextInt(3); more > 0; more--) {
            all.add(RoundsMishap.values()[random.nextInt(RoundsMishap.values().length)]);
        }
        for (RoundsMishap one : all) {
            mishaps.merge(one, 1, Integer::sum);
            happen(one, run);
        }
        litter.assertTold(doctor(false));
        if (all.contains(RoundsMishap.SOCKET_IS_A_FILE)) {
            refused();
        }
        daemon.start();
        life.prune();
        check(round);
    }

    private void happen(RoundsMishap mishap, String run) throws IOException {
        Path state = daemon.state();
        Path socket = daemon.socket();
        switch (mishap) {
            case RUNTIME_REMOVED -> litter.runtimeRemoved();
            case SOCKET_REMOVED -> Files.deleteIfExists(socket);
            case SOCKET_STALE -> RoundsLitter.stale(socket);
            case SOCKET_IS_A_FILE -> {
                Files.createDirectories(socket.getParent());
                Files.deleteIfExists(socket);
                Files.writeString(socket, "notes");
            }
            case LOCKS_REMOVED -> {
                Files.deleteIfExists(socket.resolveSibling("control.sock.lock"));
                Files.deleteIfExists(state.resolve("daemon.lock"));
            }
            case PID_REUSED -> litter.reusedPid();
            case OTHER_PROGRAMS -> litter.otherPrograms();
            case RUN_WITHOUT_A_RECORD -> litter.bareRuns(life.workspace());
            case GROUPS_LEFT -> litter.groups();
            case TEMPORARY_FILES -> litter.temporaryFiles(life.workspace());
            case UNKNOWN_WORKSPACE ->
                litter.unknownWorkspace(state.resolve("runs")
                        .resolve(life.workspace())
                        .resolve(run)
                        .resolve("run.json"));
        }
    }

    private List<Finding> doctor(boolean fix) throws IOException {
        CgroupHost host = groups.path().isEmpty()
                ? CgroupHost.off()
                : CgroupHost.detect(Path.of("/proc"), Path.of("/sys/fs/cgroup"), groups.path());
        Garbage garbage = new Garbage(new LinuxLife(new ProcFiles()), Garbage.STALE);
        return new LeftoverCheckup(garbage, new RuntimeDens(daemon.socket().getParent()), new OrphanGroups(host))
                .look(fix);
    }

    /** What stands in the place of the socket may be somebody's work. */
    private void refused() throws IOException {
        String line = daemon.tryStart();
        assertTrue(line.contains("is no socket: move it away"), line);
        assertEquals("notes", Files.readString(daemon.socket()));
        Files.delete(daemon.socket());
    }

    private void check(int round) throws IOException {
        await(() -> {
            litter.assertTidy();
            assertEquals(
                    with(runtimeNames, litter.staying()), names(daemon.socket().getParent()));
            assertEquals(with(workspaceGroups, litter.groupsStaying()), new HashSet<>(groups.workspaces()));
            assertEquals(runGroups, new HashSet<>(groups.runs()), "groups of runs");
            growth(round);
        });
        doctor(true);
        litter.assertFixed();
        life.assertUnharmed();
        litter.clear();
        await(() -> {
            Set<String> more = stateNames();
            more.removeAll(stateNames);
            assertEquals(Set.of(), more, "what is left in the state directory");
        });
    }

    private static void await(ThrowingRunnable assertion) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(DaemonHarness.PATIENCE_S))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(assertion);
    }

    private void growth(int round) {
        int nowOpen = Processes.descriptorsBesideFigures(daemon.pid());
        int nowThreads = Processes.threads(daemon.pid());
        if (round < FIRST) {
            descriptors = Math.max(descriptors, nowOpen);
            threads = Math.max(threads, nowThreads);
        }
        mostDescriptors = Math.max(mostDescriptors, nowOpen);
        mostThreads = Math.max(mostThreads, nowThreads);
        assertTrue(nowOpen <= descriptors + SLACK, () -> nowOpen + " descriptors, at first " + descriptors);
        assertTrue(nowThreads <= threads + SLACK, () -> nowThreads + " threads, at first " + threads);
    }

    private static <T> Set<T> with(Set<T> some, Set<T> more) {
        Set<T> all = new HashSet<>(some);
        all.addAll(more);
        return all;
    }

    private static Set<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** But for those files of which there is a bounded number of generations. */
    private Set<String> stateNames() throws IOException {
        try (Stream<Path> all = Files.walk(daemon.state())) {
            return all.map(file -> daemon.state().relativize(file).toString())
                    .filter(name -> !name.matches(GENERATIONS) && !name.equals("history/" + life.workspace()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
