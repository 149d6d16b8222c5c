package io.shipote.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WireJson;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The connections of one client and the calls on them. For any thread; the lock guards the sets of connections only. */
final class Calls implements AutoCloseable {
    /** Connections kept for later calls. */
    static final int IDLE_MAX = 4;

    /** Calls without waiting that are on their way at once; each has a thread and a connection. */
    static final int ASYNC_MAX = 16;

    /** Calls without waiting that wait for a thread. */
    static final int QUEUE_MAX = 1_024;

    private static final long THREAD_IDLE_S = 5;
    private static final String INTERFACE = "io.shipote.";
    private static final String REPLY_SUFFIX = "Out";

    private final Path socket;
    private final WireJson json = new WireJson();
    private final ThreadPoolExecutor executor;
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final Set<Connection> busy = new HashSet<>();
    private boolean closed;

    private Calls(Path socket) {
        this.socket = socket;
        executor = new ThreadPoolExecutor(
                ASYNC_MAX, ASYNC_MAX, THREAD_IDLE_S, TimeUnit.SECONDS, new LinkedBlockingQueue<>(QUEUE_MAX), task -> {
                    Thread thread = new Thread(task, "shipote call");
                    thread.setDaemon(true);
                    return thread;
                });
        executor.allowCoreThreadTimeOut(true);
    }

    /** @throws NoDaemonException if nothing listens on the socket */
    static Calls dial(Path socket) {
        Calls calls = new Calls(socket);
        calls.release(calls.added(Connection.open(socket)));
        return calls;
    }

    /** The method is that of the reply's type: {@code HealthOut} is the reply of {@code Health}. */
    <T> T call(Object parameters, Class<T> replyType) {
        String method = method(replyType);
        ObjectNode tree = json.toTree(parameters);
        ObjectNode reply;
        Connection kept = takeIdle();
        if (kept == null) {
            reply = callOn(added(Connection.open(socket)), method, tree);
        } else {
            try {
                reply = callOn(kept, method, tree);
            } catch (ConnectionException e) {
                if (e.sent()) {
                    throw e;
                }
                reply = callOn(added(Connection.open(socket)), method, tree);
            }
        }
        return json.fromReply(reply, replyType);
    }

    private ObjectNode callOn(Connection connection, String method, ObjectNode parameters) {
        try {
            return connection.call(method, parameters);
        } finally {
            release(connection);
        }
    }

    <T> CompletableFuture<T> async(Object parameters, Class<T> replyType) {
        try {
            return CompletableFuture.supplyAsync(() -> call(parameters, replyType), executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(
                    closedNow()
                            ? new ConnectionException("the client is closed", false, e)
                            : new ShipoteException(
                                    ErrorCode.BUSY,
                                    QUEUE_MAX + " calls wait already",
                                    Map.of("limit", "queued calls")));
        }
    }

    <T> Subscription subscribe(Object parameters, Class<T> replyType, Consumer<T> each) {
        Connection connection = added(Connection.open(socket));
        return Subscription.start(
                connection,
                stream -> stream.stream(
                        method(replyType),
                        json.toTree(parameters),
                        reply -> each.accept(json.fromReply(reply, replyType))),
                () -> drop(connection));
    }

    /** A call that takes its connection over; the connection is closed with the stream or with this. */
    <T> Upgraded<T> upgrade(Object parameters, Class<T> replyType) {
        Connection connection = added(Connection.open(socket));
        try {
            Upgraded<ObjectNode> answer = connection.upgrade(method(replyType), json.toTree(parameters));
            answer.stream().whenClosed(() -> drop(connection));
            return new Upgraded<>(json.fromReply(answer.reply(), replyType), answer.stream());
        } catch (RuntimeException e) {
            drop(connection);
            throw e;
        }
    }

    private static String method(Class<?> replyType) {
        String name = replyType.getSimpleName();
        return INTERFACE + name.substring(0, name.length() - REPLY_SUFFIX.length());
    }

    private synchronized Connection takeIdle() {
        Connection connection = idle.pollLast();
        if (connection != null) {
            busy.add(connection);
        }
        return connection;
    }

    private synchronized Connection added(Connection connection) {
        if (closed) {
            connection.close();
            throw new ConnectionException("the client is closed", false, null);
        }
        busy.add(connection);
        return connection;
    }

    private synchronized void release(Connection connection) {
        busy.remove(connection);
        if (!connection.isOpen()) {
            return;
        }
        if (closed || idle.size() >= IDLE_MAX) {
            connection.close();
        } else {
            idle.addLast(connection);
        }
    }

    private synchronized void drop(Connection connection) {
        busy.remove(connection);
        connection.close();
    }

    private synchronized boolean closedNow() {
        return closed;
    }

    @Override
    public synchronized void close() {
        closed = true;
        executor.shutdown();
        idle.forEach(Connection::close);
        idle.clear();
        // An upgraded one takes itself out.
        List.copyOf(busy).forEach(Connection::close);
    }
}
