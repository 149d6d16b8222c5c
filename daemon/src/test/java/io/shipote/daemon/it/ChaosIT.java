package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A daemon that is killed again and again, at any moment, while clients change things without pause and processes die.
 * After each kill all that was acknowledged has to be there, with the same processes; what was on its way is there whole
 * or not at all; what died has followed its policy; and there is no process and no group besides.
 *
 * <p>{@code -Dchaos.kills=N} asks for another number of kills, {@code -Dchaos.seed=N} for the same dice; what the clients
 * get done between two kills depends on the host. {@code -Dchaos.seconds=N}: no further kill is begun later, but for the
 * {@link #LEAST_KILLS}.
 */
@Timeout(7_200)
class ChaosIT {
    private static final int KILLS = Integer.getInteger("chaos.kills", 200);
    private static final Duration ENOUGH = Duration.ofSeconds(Integer.getInteger("chaos.seconds", 280));
    /** However slow the host is. */
    private static final int LEAST_KILLS = Math.min(KILLS, 50);

    private static final int CLIENTS = 3;
    private static final int CHANGES = 30;
    private static final int AMID_US = 8_000;
    private static final int READY_US = 100_000;
    private static final int STOP_MS = 60;

    private final long seed = Long.getLong("chaos.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final List<ChaosClient> clients = IntStream.range(0, CLIENTS)
            .mapToObj(i -> new ChaosClient((char) ('a' + i) + "-", random.nextLong()))
            .toList();
    private final Map<ChaosMoment, Integer> kills = new EnumMap<>(ChaosMoment.class);
    private DaemonHarness daemon;
    private GroupGround groups;
    private ChaosGround ground;
    private ChaosDeaths deaths;
    /** What a start has taken of late, in milliseconds. */
    private long startMs = 1_000;

    @BeforeEach
    void prepare() throws IOException {
        daemon = DaemonHarness.prepared();
        groups = daemon.ownGroups();
        daemon.archived();
        ground = new ChaosGround(daemon, groups);
        deaths = new ChaosDeaths(daemon, random.split());
    }

    @AfterEach
    void end() throws IOException {
        threads.shutdownNow();
        if (daemon.client() == null) {
            // After a failure; only a daemon can clean up.
            daemon.start();
        }
        daemon.close();
        assertEquals(List.of(), ground.groups(), "groups are left");
        groups.remove();
    }

    @Test
    void nothingAcknowledgedIsLostAndNothingIsDoubledHoweverOftenItIsKilled() throws Exception {
        long begun = System.nanoTime();
        System.out.println("chaos: seed " + seed);
        try {
            for (int n = 0; n < KILLS && (n < LEAST_KILLS || !late(begun)); n++) {
                ChaosMoment moment = ChaosMoment.of(random.nextInt(ChaosMoment.all()));
                kill(moment);
                kills.merge(moment, 1, Integer::sum);
                if (random.nextInt(3) == 0) {
                    clients.forEach(deaths::among);
                }
            }
            start();
            check();
            checkNothingIsLeft();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ", " + counts() + ": " + e.getMessage() + "\n" + log(), e);
        }
        System.out.println("chaos: seed " + seed + ", " + counts() + ", all of them there and none twice, "
                + (System.nanoTime() - begun) / 1_000_000 + " ms");
        assertTrue(acknowledged() > 0, "the clients have got nothing done");
    }

    private static boolean late(long begun) {
        return System.nanoTime() - begun > ENOUGH.toNanos();
    }

    private int acknowledged() {
        return clients.stream().mapToInt(ChaosClient::acknowledged).sum();
    }

    private String counts() {
        int all = kills.values().stream().mapToInt(Integer::intValue).sum();
        return all + " kills " + kills + ", " + acknowledged() + " changes acknowledged, " + deaths.count()
                + " processes ended by others";
    }

    /** Its end: it tells of hundreds of daemons. */
    private String log() {
        String story = daemon.story();
        return story.substring(Math.max(0, story.length() - 20_000));
    }

    private void kill(ChaosMoment moment) throws Exception {
        switch (moment) {
            case START -> killWhileStarting();
            case READY -> {
                daemon.tryStart();
                daemon.pause(random.nextInt(READY_US));
                daemon.kill9();
            }
            case DEATHS -> {
                start();
                check();
                clients.forEach(deaths::among);
                daemon.pause(random.nextInt(READY_US));
                daemon.kill9();
            }
            default -> killWhileWorking(moment);
        }
    }

    private void start() throws IOException {
        long begun = System.nanoTime();
        daemon.start();
        startMs = (startMs + (System.nanoTime() - begun) / 1_000_000) / 2;
    }

    private void killWhileStarting() throws Exception {
        Process starting = daemon.launch();
        starting.waitFor(random.nextLong(startMs + startMs / 4), TimeUnit.MILLISECONDS);
        starting.destroyForcibly();
        Processes.ended(starting);
    }

    private void killWhileWorking(ChaosMoment moment) throws Exception {
        start();
        check();
        ChaosWork work = ChaosWork.begun(clients, daemon.socket(), threads);
        if (moment.amid().isPresent()) {
            work.awaitBegun(moment.amid().get(), 1 + random.nextInt(3));
            daemon.pause(random.nextInt(AMID_US));
        } else {
            work.awaitAcknowledged(random.nextInt(CHANGES));
        }
        if (moment == ChaosMoment.STOP) {
            daemon.stopWithin(random.nextInt(STOP_MS));
        }
        daemon.kill9();
        work.awaitEnd();
    }

    /** Once all is deleted, nothing tells of the many daemons any more: the next one has tidied up. */
    private void checkNothingIsLeft() throws IOException {
        ground.deleteAll();
        Awaitility.await()
                .atMost(Duration.ofSeconds(DaemonHarness.PATIENCE_S))
                .untilAsserted(() -> assertEquals(Map.of(), ground.processes(), "processes are left"));
        int pipes = Processes.pipes(daemon.pid());
        daemon.restart();
        assertEquals(Processes.pipes(daemon.pid()), pipes, "pipes that the daemon before held");
        Awaitility.await()
                .atMost(Duration.ofSeconds(DaemonHarness.PATIENCE_S))
                .untilAsserted(() -> assertEquals(List.of(), ground.leftFiles(), "files are left"));
        assertEquals(List.of(), ground.groups(), "groups are left");
    }

    /** What the daemon shows becomes what each client remembers, once it fits. */
    private void check() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(DaemonHarness.PATIENCE_S))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .ignoreException(ShipoteException.class)
                .untilAsserted(() -> {
                    ChaosView view = ChaosView.of(daemon.client());
                    Map<ChaosClient, ChaosWorld> seen = new HashMap<>();
                    clients.forEach(client -> seen.put(client, checkOne(view, client)));
                    checkGround(view);
                    seen.forEach(ChaosClient::settle);
                });
    }

    private static ChaosWorld checkOne(ChaosView view, ChaosClient client) {
        ChaosWorld seen = view.of(client.prefix());
        Optional<ChaosWorld> fitting = client.possible().stream()
                .filter(world -> view.fits(world, seen))
                .findFirst();
        assertTrue(
                fitting.isPresent(),
                () -> "in doubt was: " + client.doing() + "\nremembered, then in doubt:\n"
                        + client.possible().stream().map(ChaosWorld::toString).reduce("", (a, b) -> a + b + "\n")
                        + "seen:\n" + seen);
        return seen;
    }

    /** Each process is somebody's, once; each group too. */
    private void checkGround(ChaosView view) {
        view.workspaces().forEach(daemon::remember);
        Set<String> runs = new HashSet<>(ground.processes().values());
        ground.assertProcesses(view);
        assertEquals(Set.of(), ground.strayGroups(view.workspaces()), "groups of workspaces that are not there");
        Map<String, Boolean> leaves = ground.leaves();
        leaves.keySet()
                .forEach(run -> assertTrue(runs.contains(run), () -> "the group of a run that has ended: " + run));
        Map<String, Boolean> frozen = view.frozen();
        frozen.keySet().retainAll(leaves.keySet());
        leaves.keySet().retainAll(frozen.keySet());
        assertEquals(frozen, leaves, "run to whether it is frozen");
    }
}
