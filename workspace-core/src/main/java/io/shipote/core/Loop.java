package io.shipote.core;

import io.shipote.core.linux.Fd;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * The one thread that owns all mutable state. Everything mutable in this module is touched only from it, unless its
 * own comment says otherwise.
 */
public interface Loop extends Executor {
    /** Runs the task on the loop, in submission order. Callable from any thread. */
    @Override
    void execute(Runnable task);

    /** Runs the task on the loop after the delay. Call only from the loop. */
    Timer schedule(Duration delay, Runnable task);

    /** A monotonic clock in nanoseconds, for intervals only. */
    long nanoTime();

    /** The wall clock in Unix milliseconds: for deadlines and stamps, never for intervals. */
    long wallMillis();

    /**
     * Calls back on the loop each time the descriptor becomes ready, edge-triggered ({@code EPOLLET}, epoll(7)); an
     * error or hang-up counts as ready. Call only from the loop. The descriptor stays its owner's: cancel the watch
     * before closing it.
     */
    Watch watch(Fd fd, Interest interest, Runnable ready);

    /** What to wait for. */
    enum Interest {
        READ,
        WRITE,
        /** {@code EPOLLPRI}: a file of the kernel that tells of a change, such as {@code cgroup.events}. */
        CHANGE
    }

    /** A task that is due later. */
    interface Timer {
        /** Takes the task back; without effect once it has run. Call only from the loop. */
        void cancel();
    }

    /** A descriptor that is being watched. */
    interface Watch {
        /** Ends the watch; no callback comes after this call. Call only from the loop. */
        void cancel();
    }
}
