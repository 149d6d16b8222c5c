package io.shipote.core;

import io.shipote.core.linux.Fd;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A loop that the test turns by hand, in virtual time: nothing runs but in {@link #run}, {@link #advance} and the
 * await methods, on the thread that calls them. {@link #execute} and the clocks may be used from any thread.
 */
public final class ManualLoop implements Loop {
    private static final long START_WALL_MILLIS = 1_800_000_000_000L;
    private static final long START_NANOS = 1_000_000_000L;

    private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final PriorityQueue<Due> timers =
            new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));
    private final List<FakeWatch> watches = new ArrayList<>();
    private volatile long nanos = START_NANOS;
    private volatile long wallShift;
    private long wallStep;
    private long scheduled;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        Due due = new Due(nanos + Math.max(0, delay.toNanos()), scheduled++, task);
        timers.add(due);
        return () -> timers.remove(due);
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        wallShift += wallStep;
        return START_WALL_MILLIS + wallShift + (nanos - START_NANOS) / 1_000_000;
    }

    /** Lets the wall clock go on by so much with each look at it, as a real one may. */
    void wallGoesOn(Duration step) {
        wallStep = step.toMillis();
    }

    /** Moves the wall clock alone, as an operator or NTP does. */
    public void shiftWall(Duration by) {
        wallShift += by.toMillis();
    }

    @Override
    public Watch watch(Fd fd, Interest interest, Runnable ready) {
        FakeWatch watch = new FakeWatch(fd, interest, ready);
        watches.add(watch);
        return () -> watches.remove(watch);
    }

    /** The watches not cancelled, oldest first. */
    public List<FakeWatch> watches() {
        return List.copyOf(watches);
    }

    /** Runs what is queued, and what that queues, until nothing is left; timers only if they are due already. */
    public int run() {
        int ran = 0;
        for (Runnable task = next(); task != null; task = next()) {
            task.run();
            ran++;
        }
        return ran;
    }

    /** Lets virtual time pass, running every timer at its own moment and every task queued on the way. */
    public void advance(Duration by) {
        long target = nanos + by.toNanos();
        run();
        while (!timers.isEmpty() && timers.peek().at() <= target) {
            nanos = Math.max(nanos, timers.peek().at());
            run();
        }
        nanos = target;
    }

    /** Timers not yet due. */
    public int timers() {
        return timers.size();
    }

    /**
     * Runs one task, waiting for it in real time if another thread has yet to post it, and then what else is queued.
     *
     * @throws AssertionError if none came in that time
     */
    public void awaitTask(Duration limit) {
        runOne(System.nanoTime() + limit.toNanos(), "no task came within " + limit);
        run();
    }

    /**
     * Runs tasks as they come until the condition holds, in real time.
     *
     * @throws AssertionError if it did not hold in that time
     */
    public void awaitUntil(BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        run();
        while (!condition.getAsBoolean()) {
            runOne(end, "the condition did not hold within " + limit);
            run();
        }
    }

    private void runOne(long end, String otherwise) {
        try {
            Runnable task = tasks.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            if (task == null) {
                throw new AssertionError(otherwise);
            }
            task.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private Runnable next() {
        Runnable task = tasks.poll();
        if (task == null && !timers.isEmpty() && timers.peek().at() <= nanos) {
            return timers.poll().task();
        }
        return task;
    }

    private record Due(long at, long order, Runnable task) {}

    /** A watch that the test fires. */
    public final class FakeWatch {
        private final Fd fd;
        private final Interest interest;
        private final Runnable ready;

        private FakeWatch(Fd fd, Interest interest, Runnable ready) {
            this.fd = fd;
            this.interest = interest;
            this.ready = ready;
        }

        public Fd fd() {
            return fd;
        }

        public Interest interest() {
            return interest;
        }

        /** Runs the callback at once, unless the watch was cancelled. */
        public void fire() {
            if (watches.contains(this)) {
                ready.run();
            }
        }
    }
}
