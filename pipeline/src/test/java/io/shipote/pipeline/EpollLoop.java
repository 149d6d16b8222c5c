package io.shipote.pipeline;

import com.sun.jna.Native;
import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A loop on a thread of its own over a real epoll(7), edge-triggered like the daemon's. */
final class EpollLoop implements Loop, AutoCloseable {
    private static final int CLOEXEC = 0x80000;
    private static final int NONBLOCK = 0x800;
    private static final int ADD = 1;
    private static final int DEL = 2;
    private static final int IN = 1;
    private static final int OUT = 4;
    private static final int EDGE = 1 << 31;
    private static final int BATCH = 64;
    private static final long WAKE = 0;
    /** The kernel packs the structure on x86-64 only. */
    private static final int DATA_AT = System.getProperty("os.arch").equals("amd64") ? 4 : 8;

    private static final int EVENT_SIZE = DATA_AT + Long.BYTES;

    private final int epoll = Epoll.epoll_create1(CLOEXEC);
    private final int wakeUp = Epoll.eventfd(0, CLOEXEC | NONBLOCK);
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final Map<Long, Runnable> watched = new HashMap<>();
    private final Thread thread = new Thread(this::run, "epoll-loop");
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private long lastWatch = WAKE;
    private boolean stopped;

    static final class Epoll {
        static {
            Native.register(Epoll.class, "c");
        }

        private Epoll() {}

        static native int epoll_create1(int flags);

        static native int epoll_ctl(int epoll, int op, int fd, byte[] event);

        static native int epoll_wait(int epoll, byte[] events, int max, int timeout);

        static native int eventfd(int initial, int flags);

        static native int eventfd_write(int fd, long value);

        static native int eventfd_read(int fd, long[] value);

        static native int close(int fd);
    }

    EpollLoop() {
        add(wakeUp, IN, WAKE);
        thread.start();
    }

    /** What tasks and callbacks have thrown. */
    List<Throwable> failures() {
        return failures;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (Thread.currentThread() != thread) {
            Epoll.eventfd_write(wakeUp, 1);
        }
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        ScheduledFuture<?> due = timers.schedule(() -> execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> due.cancel(false);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public long wallMillis() {
        return System.currentTimeMillis();
    }

    @Override
    public Watch watch(Fd fd, Interest interest, Runnable ready) {
        long id = ++lastWatch;
        watched.put(id, ready);
        add(fd.number(), (interest == Interest.READ ? IN : OUT) | EDGE, id);
        return () -> {
            watched.remove(id);
            Epoll.epoll_ctl(epoll, DEL, fd.number(), new byte[EVENT_SIZE]);
        };
    }

    private void add(int fd, int events, long id) {
        ByteBuffer event = ByteBuffer.allocate(EVENT_SIZE).order(ByteOrder.nativeOrder());
        event.putInt(0, events).putLong(DATA_AT, id);
        if (Epoll.epoll_ctl(epoll, ADD, fd, event.array()) != 0) {
            throw new IllegalStateException("epoll_ctl: errno " + Native.getLastError());
        }
    }

    private void run() {
        byte[] events = new byte[BATCH * EVENT_SIZE];
        ByteBuffer view = ByteBuffer.wrap(events).order(ByteOrder.nativeOrder());
        while (!stopped) {
            int count = Epoll.epoll_wait(epoll, events, BATCH, tasks.isEmpty() ? -1 : 0);
            for (int i = 0; i < count; i++) {
                long id = view.getLong(i * EVENT_SIZE + DATA_AT);
                if (id == WAKE) {
                    Epoll.eventfd_read(wakeUp, new long[1]);
                } else {
                    attempt(watched.getOrDefault(id, () -> {}));
                }
            }
            // Only what is there now: a task that posts itself anew must not keep events waiting.
            for (int left = tasks.size(); left > 0; left--) {
                attempt(tasks.remove());
            }
        }
    }

    private void attempt(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failures.add(e);
        }
    }

    @Override
    public void close() {
        timers.shutdownNow();
        execute(() -> stopped = true);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the loop was ending", e);
        }
        Epoll.close(wakeUp);
        Epoll.close(epoll);
    }
}
