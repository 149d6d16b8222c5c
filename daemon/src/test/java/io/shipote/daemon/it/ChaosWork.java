package io.shipote.daemon.it;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** All clients at work on one daemon until it is gone, seen by who kills it. */
final class ChaosWork implements ChaosClient.Watcher {
    private final Semaphore acknowledged = new Semaphore(0);
    private final Map<ChaosStep.Kind, Semaphore> begun = new EnumMap<>(ChaosStep.Kind.class);
    private CompletableFuture<Void> end = CompletableFuture.completedFuture(null);

    private ChaosWork() {
        for (ChaosStep.Kind kind : ChaosStep.Kind.values()) {
            begun.put(kind, new Semaphore(0));
        }
    }

    static ChaosWork begun(List<ChaosClient> clients, Path socket, Executor threads) {
        ChaosWork work = new ChaosWork();
        work.end = CompletableFuture.allOf(clients.stream()
                .map(client -> CompletableFuture.runAsync(() -> client.work(socket, work), threads))
                .toArray(CompletableFuture[]::new));
        return work;
    }

    @Override
    public void begins(ChaosStep.Kind kind) {
        begun.get(kind).release();
    }

    @Override
    public boolean acknowledged() {
        acknowledged.release();
        return true;
    }

    void awaitAcknowledged(int changes) throws Exception {
        await(acknowledged, changes);
    }

    void awaitBegun(ChaosStep.Kind kind, int changes) throws Exception {
        await(begun.get(kind), changes);
    }

    private void await(Semaphore some, int count) throws Exception {
        long patience = TimeUnit.SECONDS.toNanos(DaemonHarness.PATIENCE_S);
        long begin = System.nanoTime();
        while (!some.tryAcquire(count, 100, TimeUnit.MILLISECONDS)) {
            // A client that found something wrong tells it here.
            if (end.isDone()) {
                end.get();
            }
            assertTrue(!end.isCompletedExceptionally(), () -> "a client has given up");
            assertTrue(System.nanoTime() - begin < patience, "the clients do not get on");
        }
    }

    /** A refusal is no loss of the connection: it comes out here. */
    void awaitEnd() throws Exception {
        end.get(DaemonHarness.PATIENCE_S, TimeUnit.SECONDS);
    }
}
