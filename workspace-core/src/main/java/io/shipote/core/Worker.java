package io.shipote.core;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jctools.queues.MpscBlockingConsumerArrayQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread for work that blocks, fed by a bounded queue. {@link #execute} may be called from any thread. */
public final class Worker implements Executor, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private final Loop loop;
    private final String name;
    private final MpscBlockingConsumerArrayQueue<Runnable> queue;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param name of the thread
     * @param capacity tasks that may wait
     * @param loop is told of an {@link Error}, which ends the daemon as one of its own would
     */
    public Worker(String name, int capacity, Loop loop) {
        this.loop = loop;
        this.name = name;
        this.queue = new MpscBlockingConsumerArrayQueue<>(capacity);
        this.thread = new Thread(this::work, name);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    private void work() {
        while (!closed) {
            try {
                queue.take().run();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("a task of {} failed", name, e);
            } catch (Error e) {
                loop.execute(() -> {
                    throw e;
                });
                return;
            }
        }
    }

    /**
     * Runs the task on the thread, after those before it.
     *
     * @throws ShipoteException BUSY when the queue is full
     */
    @Override
    public void execute(Runnable task) {
        if (!queue.offer(task)) {
            throw new ShipoteException(
                    ErrorCode.BUSY,
                    "too much is waiting for the " + name + " thread (try again)",
                    Map.of("limit", name));
        }
    }

    /**
     * Ends the thread after the task it is at; what waits is not done. The task is not interrupted: that would close the
     * channel it writes to, see {@link java.nio.channels.InterruptibleChannel}.
     */
    @Override
    public void close() {
        closed = true;
        // Wakes a thread that has nothing to do; one whose queue is full is awake.
        queue.offer(() -> {});
    }
}
