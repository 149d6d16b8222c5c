package io.shipote.daemon;

import io.netty.channel.IoEventLoop;
import io.netty.channel.IoRegistration;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon's loop: one thread, one epoll instance, for sockets, watched descriptors, timers and all domain code.
 *
 * <p>A task that throws a {@link RuntimeException} is logged and the loop goes on. An {@link Error} goes to the given
 * consumer, on the loop: nothing is known about the state then, so it must end the daemon.
 */
public final class EventLoopAdapter implements Loop, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoopAdapter.class);

    /** How long {@link #close} waits for the loop's thread. */
    private static final long CLOSE_MILLIS = 2_000;

    private final MultiThreadIoEventLoopGroup group;
    private final IoEventLoop eventLoop;
    private final Consumer<Error> fatal;

    /** @param fatal is told of an {@link Error} that a task threw, on the loop; it must not block */
    public EventLoopAdapter(Consumer<Error> fatal) {
        this.fatal = fatal;
        this.group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("loop", false), EpollIoHandler.newFactory());
        this.eventLoop = group.next();
    }

    /** The one event loop, for the channels of the control socket. */
    public IoEventLoop eventLoop() {
        return eventLoop;
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(() -> run(task));
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        requireLoop();
        ScheduledFuture<?> due = eventLoop.schedule(() -> run(task), nanos(delay), TimeUnit.NANOSECONDS);
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

    /**
     * {@inheritDoc}
     *
     * <p>One watch per descriptor number at a time. A callback may be spurious: read or write until EAGAIN.
     *
     * @throws IllegalStateException if the descriptor cannot be watched (a plain file, one that is watched already)
     */
    @Override
    public Watch watch(Fd fd, Interest interest, Runnable ready) {
        requireLoop();
        DescriptorWatch watch = new DescriptorWatch(fd.number(), interest, () -> run(ready));
        // On the loop itself registration is complete on return; waiting for it here would be a deadlock.
        Future<IoRegistration> registered = eventLoop.register(watch);
        if (!registered.isSuccess()) {
            throw new IllegalStateException("cannot watch descriptor " + fd.number(), registered.cause());
        }
        try {
            watch.begin(registered.getNow());
        } catch (UncheckedIOException e) {
            watch.cancel();
            throw new IllegalStateException("cannot watch descriptor " + fd.number(), e);
        }
        return watch;
    }

    /** Ends the loop's thread; tasks that are due later are dropped. Call from any other thread, after all channels are closed. */
    @Override
    public void close() {
        group.shutdownGracefully(0, CLOSE_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_MILLIS);
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a task failed", e);
        } catch (Error e) {
            fatal.accept(e);
        }
    }

    private void requireLoop() {
        if (!eventLoop.inEventLoop()) {
            throw new IllegalStateException(
                    "not on the loop: " + Thread.currentThread().getName());
        }
    }

    private static long nanos(Duration delay) {
        // A delay beyond 292 years (a TTL as large as a card may state) is as good as never.
        return delay.compareTo(Duration.ofNanos(Long.MAX_VALUE)) >= 0 ? Long.MAX_VALUE / 2 : delay.toNanos();
    }
}
