package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A daemon that is killed again and again, at any moment, while clients change things without pause. After each kill all
 * that was acknowledged has to be there, with the same processes; what was on its way is there whole or not at all.
 *
 * <p>{@code -Dchaos.kills=N} asks for more kills than the default, {@code -Dchaos.seed=N} for the same dice; what the
 * clients get done between two kills depends on the host. {@code -Dchaos.seconds=N}: no further kill is begun later.
 */
@Timeout(1_800)
class ChaosIT {
    private static final int KILLS = Integer.getInteger("chaos.kills", 100);
    private static final Duration ENOUGH = Duration.ofSeconds(Integer.getInteger("chaos.seconds", 45));
    /** However slow the host is. */
    private static final int LEAST_KILLS = 10;

    private static final int CLIENTS = 3;
    private static final int CHANGES = 40;
    private static final int START_MS = 1_000;
    private static final int STOP_MS = 60;

    private final long seed = Long.getLong("chaos.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    private final List<ChaosClient> clients = IntStream.range(0, CLIENTS)
            .mapToObj(i -> new ChaosClient((char) ('a' + i) + "-", random.nextLong()))
            .toList();
    private DaemonHarness daemon;
    private ChaosView view;
    private int early;
    private int working;
    private int stopping;
    private int acknowledged;

    @BeforeEach
    void prepare() throws IOException {
        daemon = DaemonHarness.prepared();
        view = new ChaosView(daemon);
    }

    @AfterEach
    void end() throws IOException {
        threads.shutdownNow();
        if (daemon.client() == null) {
            // After a failure; only a daemon can clean up.
            daemon.start();
        }
        daemon.close();
        assertEquals(List.of(), view.groups(), "groups are left");
    }

    @Test
    void nothingAcknowledgedIsLostAndNothingIsDoubledHoweverOftenItIsKilled() throws Exception {
        long begun = System.nanoTime();
        System.out.println("chaos: seed " + seed);
        try {
            for (int kills = 0; kills < KILLS && (kills < LEAST_KILLS || !late(begun)); kills++) {
                if (random.nextInt(4) == 0) {
                    killWhileStarting();
                } else {
                    killWhileWorking();
                }
            }
            daemon.start();
            check();
            checkNothingIsLeft();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + ", " + counts() + ": " + e.getMessage() + "\n" + daemon.story(), e);
        }
        System.out.println("chaos: " + counts() + ", " + (System.nanoTime() - begun) / 1_000_000 + " ms");
        assertTrue(acknowledged > 0, "the clients have got nothing done");
    }

    private static boolean late(long begun) {
        return System.nanoTime() - begun > ENOUGH.toNanos();
    }

    private String counts() {
        return early + " kills while starting, " + working + " while working, " + stopping + " while stopping, "
                + acknowledged + " changes acknowledged";
    }

    /** Somewhere between the first instruction of the JVM and a daemon that has long been ready. */
    private void killWhileStarting() throws Exception {
        Process starting = daemon.launch();
        starting.waitFor(random.nextInt(START_MS), TimeUnit.MILLISECONDS);
        starting.destroyForcibly();
        Processes.ended(starting);
        early++;
    }

    private void killWhileWorking() throws Exception {
        daemon.start();
        check();
        Semaphore changes = new Semaphore(0);
        List<CompletableFuture<Void>> work = clients.stream()
                .map(client ->
                        CompletableFuture.runAsync(() -> client.work(daemon.socket(), () -> counted(changes)), threads))
                .toList();
        CompletableFuture<Void> all = CompletableFuture.allOf(work.toArray(CompletableFuture[]::new));
        int enough = random.nextInt(CHANGES);
        boolean got = changes.tryAcquire(enough, DaemonHarness.PATIENCE_S, TimeUnit.SECONDS);
        if (random.nextInt(5) == 0) {
            daemon.stopWithin(random.nextInt(STOP_MS));
            stopping++;
        } else {
            working++;
        }
        daemon.kill9();
        // A refusal is no loss of the connection: it comes out here.
        all.get(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS);
        assertTrue(got, "the clients do not get on");
        acknowledged += enough + changes.drainPermits();
    }

    private static boolean counted(Semaphore changes) {
        changes.release();
        return true;
    }

    /** Once all is deleted, nothing tells of the many daemons any more: the next one has tidied up. */
    private void checkNothingIsLeft() throws IOException {
        view.deleteAll();
        daemon.restart();
        Awaitility.await()
                .atMost(Duration.ofSeconds(DaemonHarness.PATIENCE_S))
                .untilAsserted(() -> assertEquals(List.of(), view.leftFiles(), "files are left"));
    }

    /** What the daemon shows becomes what each client remembers, once it fits. */
    private void check() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(DaemonHarness.PATIENCE_S))
                .pollInterval(Duration.ofMillis(20))
                .ignoreException(ShipoteException.class)
                .untilAsserted(() -> clients.forEach(this::checkOne));
        Awaitility.await()
                .atMost(Duration.ofSeconds(DaemonHarness.PATIENCE_S))
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> assertEquals(view.expected(), view.processes(), "pid to run"));
        clients.forEach(client -> client.settle(checkOne(client)));
    }

    private ChaosWorld checkOne(ChaosClient client) {
        ChaosWorld seen = view.of(client.prefix());
        Optional<ChaosWorld> fitting =
                client.possible().stream().filter(world -> world.fits(seen)).findFirst();
        assertTrue(
                fitting.isPresent(),
                () -> "in doubt was: " + client.doing() + "\nremembered, then in doubt:\n"
                        + client.possible().stream().map(ChaosWorld::toString).reduce("", (a, b) -> a + b + "\n")
                        + "seen:\n" + seen);
        return seen;
    }
}
