package io.shipote.client;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Replies that keep coming: events, samples, logs. It has a connection and a thread of its own; the callback runs on that
 * thread, one reply after the other, and a slow one makes the daemon drop events, which it counts.
 */
public final class Subscription implements AutoCloseable {
    private final Connection connection;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    private Subscription(Connection connection) {
        this.connection = connection;
    }

    static Subscription start(Connection connection, Consumer<Connection> stream, Runnable finish) {
        Subscription subscription = new Subscription(connection);
        Thread thread = new Thread(() -> subscription.read(stream, finish), "shipote subscription");
        thread.setDaemon(true);
        thread.start();
        return subscription;
    }

    private void read(Consumer<Connection> stream, Runnable finish) {
        Throwable failure = null;
        try {
            stream.accept(connection);
        } catch (Throwable e) {
            // Whatever it is: who waits for the end is told.
            failure = e;
        }
        try {
            finish.run();
        } finally {
            complete(failure);
        }
    }

    /** @param failure null if there was none */
    private void complete(Throwable failure) {
        if (failure == null || closed.get() && failure instanceof ConnectionException) {
            done.complete(null);
        } else {
            done.completeExceptionally(failure);
        }
    }

    /**
     * Completes when no reply will come any more: normally at the stream's end or after {@link #close}, else with what the
     * daemon answered, how the connection was lost or what the callback threw.
     */
    public CompletableFuture<Void> done() {
        return done.copy();
    }

    /** Ends it; the callback may run once more. Does not wait. */
    @Override
    public void close() {
        closed.set(true);
        connection.close();
    }
}
