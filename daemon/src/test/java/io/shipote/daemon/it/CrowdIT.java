package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.ConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many clients at once who do not know of each other: every answer is an honest one and nothing is left in the end. */
@Timeout(90)
class CrowdIT {
    private static final int CLIENTS = 6;
    private static final int STEPS = 30;
    private static final int SHARED = 3;

    /** What may be answered when others have been faster; anything else is a bug. */
    private static final Set<ErrorCode> HONEST = EnumSet.of(
            ErrorCode.NOT_FOUND, ErrorCode.ALREADY_EXISTS, ErrorCode.WRONG_STATE, ErrorCode.BUSY, ErrorCode.AMBIGUOUS);

    @Test
    void clientsInEachOthersWayGetHonestAnswersAndLeaveNothing() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            List<CompletableFuture<Void>> clients = begin(daemon, new CountDownLatch(0));
            for (CompletableFuture<Void> client : clients) {
                client.get(DaemonHarness.PATIENCE_S * 2, TimeUnit.SECONDS);
            }
            assertEquals("ready", daemon.client().health().state());
            assertEquals(-1, Processes.read(daemon.log()).indexOf("ERROR"), daemon::story);
            deleteAll(daemon);
        }
    }

    @Test
    void aKillInTheMiddleOfItCostsNothing() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            CountDownLatch busy = new CountDownLatch(CLIENTS * STEPS / 3);
            List<CompletableFuture<Void>> clients = begin(daemon, busy);
            assertTrue(busy.await(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS), daemon::story);
            daemon.kill9();
            for (CompletableFuture<Void> client : clients) {
                client.get(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS);
            }
            daemon.start();
            assertEquals(0, daemon.client().health().quarantined(), daemon::story);
            deleteAll(daemon);
        }
    }

    private static void deleteAll(DaemonHarness daemon) {
        daemon.client()
                .workspaces()
                .list(Optional.empty(), Optional.of(1_000L))
                .workspaces()
                .forEach(w -> {
                    daemon.remember(w.id());
                    try {
                        daemon.client().workspaces().delete(w.id(), Optional.of(0L));
                    } catch (ShipoteException e) {
                        // A deletion that the crash cut short goes on by itself.
                        assertTrue(HONEST.contains(e.code()), e::toString);
                    }
                });
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertEquals(List.of(), daemon.processes()));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> daemon.client().health().workspaces() == 0);
        assertEquals(0, daemon.client().health().commandsAlive());
    }

    private static List<CompletableFuture<Void>> begin(DaemonHarness daemon, CountDownLatch steps) {
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(i);
            io.shipote.client.Shipote client = daemon.client();
            clients.add(CompletableFuture.runAsync(
                    () -> {
                        for (int step = 0; step < STEPS; step++) {
                            try {
                                step(client, random);
                            } catch (ShipoteException e) {
                                assertTrue(HONEST.contains(e.code()), e::toString);
                            } catch (ConnectionException e) {
                                // The daemon was killed.
                                return;
                            } finally {
                                steps.countDown();
                            }
                        }
                    },
                    task -> new Thread(task, "client").start()));
        }
        return clients;
    }

    private static void step(io.shipote.client.Shipote client, Random random) {
        String workspace = "w" + random.nextInt(SHARED);
        String name = "c" + random.nextInt(SHARED);
        Optional<String> in = Optional.of(workspace);
        Optional<Long> grace = Optional.of(50L);
        switch (random.nextInt(10)) {
            case 0, 1 -> client.workspaces().create(io.shipote.card.WorkspaceSpec.of(workspace));
            case 2, 3 ->
                client.commands()
                        .run(new io.shipote.card.wire.CommandCalls.RunIn(
                                workspace,
                                Specs.shell("trap '' TERM; sleep 0.3 & sleep 600"),
                                Optional.of(name),
                                Optional.of(RestartPolicy.of(RestartPolicy.Policy.ALWAYS)),
                                Optional.empty()));
            case 4 -> client.commands().run(workspace, Specs.shell("setsid sleep 600 & exit 1"));
            case 5 -> client.commands().restart(name, in, grace);
            case 6 -> client.commands().stop(name, in, grace);
            case 7 -> client.commands().remove(name, in);
            case 8 -> client.workspaces().stop(workspace, grace);
            default -> client.workspaces().delete(workspace, grace);
        }
    }
}
