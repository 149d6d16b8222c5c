package io.shipote.core;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The way to a {@link Worker} for what must be done once it has begun: a process that is to be ended, a record that is to
 * be written. What the worker's queue has no room for waits here, and goes to it in the order of the calls. Launches are
 * refused instead, by {@link #begin}: so what waits is bounded by the processes and clients that are there. Confined to
 * the loop.
 */
final class Backlog implements Executor {
    /** Tasks that may wait besides those in the worker's queue. */
    static final int MAX_WAITING = 1 << 20;

    /** Time between two looks whether there is room again. */
    static final Duration PAUSE = Duration.ofMillis(10);

    private final Loop loop;
    private final Executor worker;
    private final int most;
    private final Deque<Runnable> waiting = new ArrayDeque<>();

    /** @param worker refuses with BUSY what it has no room for */
    Backlog(Loop loop, Executor worker) {
        this(loop, worker, MAX_WAITING);
    }

    Backlog(Loop loop, Executor worker, int most) {
        this.loop = loop;
        this.worker = worker;
        this.most = most;
    }

    /**
     * Has the task done, now or when there is room.
     *
     * @throws ShipoteException BUSY beyond {@link #MAX_WAITING}
     */
    @Override
    public void execute(Runnable task) {
        if (waiting.isEmpty() && taken(task)) {
            return;
        }
        if (waiting.size() >= most) {
            throw busy();
        }
        waiting.addLast(task);
        if (waiting.size() == 1) {
            loop.schedule(PAUSE, this::goOn);
        }
    }

    /**
     * Has the task done if there is room now.
     *
     * @throws ShipoteException BUSY if there is none
     */
    void begin(Runnable task) {
        if (!waiting.isEmpty()) {
            throw busy();
        }
        worker.execute(task);
    }

    private void goOn() {
        while (!waiting.isEmpty() && taken(waiting.getFirst())) {
            waiting.removeFirst();
        }
        if (!waiting.isEmpty()) {
            loop.schedule(PAUSE, this::goOn);
        }
    }

    private boolean taken(Runnable task) {
        try {
            worker.execute(task);
            return true;
        } catch (ShipoteException busy) {
            return false;
        }
    }

    private static ShipoteException busy() {
        return new ShipoteException(
                ErrorCode.BUSY, "too much is waiting for the launcher thread (try again)", Map.of("limit", "launcher"));
    }
}
