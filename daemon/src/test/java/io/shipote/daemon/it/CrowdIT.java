package io.shipote.daemon.it;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.PipelineSpec;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.CommandCalls.RunIn;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.PipelineCalls.RunPipelineIn;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.ConnectionException;
import io.shipote.client.Shipote;
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
@Timeout(600)
class CrowdIT {
    private static final int CLIENTS = 6;
    private static final int STEPS = 30;
    private static final int SHARED = 3;

    /** The call says in which workspace it runs. */
    private static final String ANY = "0".repeat(26);

    private static final int ROUNDS = Integer.getInteger("crowd.rounds", 8);

    /** What may be answered when others have been faster; anything else is a bug. */
    private static final Set<ErrorCode> HONEST = EnumSet.of(
            ErrorCode.NOT_FOUND, ErrorCode.ALREADY_EXISTS, ErrorCode.WRONG_STATE, ErrorCode.BUSY, ErrorCode.AMBIGUOUS);

    @Test
    void clientsInEachOthersWayGetHonestAnswersAndLeaveNothing() throws Exception {
        try (DaemonHarness daemon = DaemonHarness.started()) {
            List<CompletableFuture<Void>> clients = begin(daemon, new CountDownLatch(0), 0);
            for (CompletableFuture<Void> client : clients) {
                client.get(DaemonHarness.PATIENCE_S * 2, TimeUnit.SECONDS);
            }
            assertEquals("ready", daemon.client().health().state());
            assertEquals(-1, Processes.read(daemon.log()).indexOf("ERROR"), daemon::story);
            deleteAll(daemon);
        }
    }

    /** What one kill leaves behind meets the next one, or a deletion of all as soon as the daemon is back. */
    @Test
    void killsInTheMiddleOfItCostNothing() throws Exception {
        Random random = new Random();
        try (DaemonHarness daemon = DaemonHarness.started()) {
            for (int round = 0; round < ROUNDS; round++) {
                CountDownLatch busy = new CountDownLatch(CLIENTS + random.nextInt(CLIENTS * STEPS / 2));
                List<CompletableFuture<Void>> clients = begin(daemon, busy, random.nextLong());
                assertTrue(busy.await(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS), daemon::story);
                daemon.kill9();
                for (CompletableFuture<Void> client : clients) {
                    client.get(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS);
                }
                daemon.start();
                assertEquals(0, daemon.client().health().quarantined(), daemon::story);
                if (random.nextBoolean()) {
                    deleteAll(daemon);
                }
            }
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
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertEquals(List.of(), daemon.processes(), daemon::story));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> daemon.client().health().workspaces() == 0);
        assertEquals(0, daemon.client().health().commandsAlive());
    }

    private static List<CompletableFuture<Void>> begin(DaemonHarness daemon, CountDownLatch steps, long seed) {
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Random random = new Random(seed + i);
            Shipote client = daemon.client();
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

    private static void step(Shipote client, Random random) {
        String workspace = "w" + random.nextInt(SHARED);
        String name = "c" + random.nextInt(SHARED);
        String pipeline = "p" + random.nextInt(SHARED);
        Optional<String> in = Optional.of(workspace);
        Optional<Long> grace = Optional.of(50L);
        switch (random.nextInt(24)) {
            case 0, 1, 2 -> client.workspaces().create(WorkspaceSpec.of(workspace));
            case 3, 4, 5, 6 ->
                client.commands()
                        .run(new RunIn(
                                workspace,
                                Specs.shell("trap '' TERM; sleep 0.3 & sleep 600"),
                                Optional.of(name),
                                Optional.of(RestartPolicy.of(RestartPolicy.Policy.ALWAYS)),
                                Optional.empty()));
            case 7, 8 -> client.commands().run(workspace, Specs.shell("setsid sleep 600 & exit 1"));
            case 9, 10 -> client.commands().restart(name, in, grace);
            case 11, 12 -> client.commands().stop(name, in, grace);
            case 13 -> client.commands().remove(name, in);
            case 14 -> client.commands().kill(name, in, "KILL");
            case 15, 16, 17, 18 -> run(client, pipeline, in, random);
            case 19 -> client.pipelines().stop(pipeline, in, grace);
            case 20 -> client.workspaces().pause(workspace);
            case 21 -> client.workspaces().resume(workspace);
            case 22 -> client.workspaces().stop(workspace, grace);
            default -> client.workspaces().delete(workspace, grace);
        }
    }

    private static void run(Shipote client, String label, Optional<String> in, Random random) {
        PipelineSpec plain = Specs.chain(
                label,
                ANY,
                "trap '' TERM; while echo; do sleep 0.05; done",
                "sleep 600 & head -n " + random.nextInt(20) + "; exit " + random.nextInt(2));
        PipelineSpec spec = random.nextBoolean() ? Specs.supervised(plain) : plain;
        client.pipelines()
                .run(new RunPipelineIn(
                        spec.encode(), in, Optional.of(random.nextBoolean()), Optional.empty(), Optional.empty()));
    }
}
