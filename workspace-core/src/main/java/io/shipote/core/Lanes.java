package io.shipote.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Several {@link Worker}s for tasks that do not depend on each other: they are dealt out in turn, and each lane keeps
 * its own order. Confined to one thread, which need not be the loop.
 */
public final class Lanes implements AutoCloseable {
    private final List<Worker> lanes = new ArrayList<>();
    private int next;

    /**
     * @param count lanes, at least 1
     * @param capacity tasks that may wait in one lane
     */
    public Lanes(String name, int count, int capacity, Loop loop) {
        for (int i = 1; i <= count; i++) {
            lanes.add(new Worker(name + "-" + i, capacity, loop));
        }
    }

    public void start() {
        lanes.forEach(Worker::start);
    }

    /**
     * Runs the task on one of the lanes.
     *
     * @throws io.shipote.card.wire.ShipoteException BUSY when that lane is full
     */
    public void execute(Runnable task) {
        Worker lane = lanes.get(next);
        next = (next + 1) % lanes.size();
        lane.execute(task);
    }

    /** Runs the task, on a lane's thread, when everything that waits now has been done. */
    public void drained(Runnable task) {
        drain(0, task);
    }

    private void drain(int lane, Runnable task) {
        if (lane == lanes.size()) {
            task.run();
        } else {
            lanes.get(lane).execute(() -> drain(lane + 1, task));
        }
    }

    /** Ends the threads after the tasks they are at; what waits is not done. */
    @Override
    public void close() {
        lanes.forEach(Worker::close);
    }
}
