package io.shipote.daemon.control;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.shipote.card.wire.StreamEnd;
import io.shipote.client.Connection;
import io.shipote.client.ConnectionException;
import io.shipote.client.Duplex;
import io.shipote.client.Frame;
import io.shipote.daemon.EventLoopAdapter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Upgraded connections over a real socket, the client library on the other side. */
@Timeout(60)
class DuplexIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int CHUNK = 64 * 1024;

    @TempDir
    Path directory;

    private final BlockingQueue<io.shipote.daemon.control.Duplex> attached = new LinkedBlockingQueue<>();
    private final AtomicLong received = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final EventLoopAdapter loop = new EventLoopAdapter(error -> {
        throw error;
    });
    private SocketPath socket;
    private ControlServer server;

    record Nothing() {}

    @BeforeEach
    void start() throws IOException {
        socket = new SocketPath(directory.resolve("run/control.sock"));
        MethodTable table = new MethodTable();
        table.onUpgrade("Attach", Nothing.class, (in, exchange) -> attach(exchange));
        server = new ControlServer(loop, loop.eventLoop(), table, Limits.defaults(), Set.of(), "test");
        server.bind(socket);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        loop.close();
    }

    private void attach(Exchange exchange) {
        io.shipote.daemon.control.Duplex duplex =
                exchange.upgrade(new Nothing()).orElseThrow();
        duplex.receive(new io.shipote.daemon.control.Duplex.Receiver() {
            @Override
            public void data(byte[] bytes) {
                received.addAndGet(bytes.length);
            }

            @Override
            public void ended() {
                ended.countDown();
            }

            @Override
            public void closed() {
                closed.countDown();
            }
        });
        attached.add(duplex);
    }

    private Duplex connect() {
        return Connection.open(socket.path())
                .upgrade("io.shipote.Attach", JsonNodeFactory.instance.objectNode())
                .stream();
    }

    private io.shipote.daemon.control.Duplex daemonSide() throws InterruptedException {
        return attached.poll(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aSlowReaderLosesBytesAndIsToldHowMany() throws Exception {
        try (Duplex client = connect()) {
            io.shipote.daemon.control.Duplex side = daemonSide();
            long sent = 4 * Limits.MAX_PENDING_OUTPUT;
            CompletableFuture<Boolean> all = new CompletableFuture<>();
            loop.execute(() -> {
                boolean took = true;
                for (long at = 0; at < sent; at += CHUNK) {
                    took &= side.send(new byte[CHUNK]);
                }
                all.complete(took);
            });
            assertEquals(false, all.get(SOON.toSeconds(), TimeUnit.SECONDS));
            long data = 0;
            long gaps = 0;
            long lost = 0;
            while (data + lost < sent) {
                Frame frame = client.read();
                if (frame instanceof Frame.Gap gap) {
                    gaps++;
                    lost += gap.bytes();
                } else {
                    data += assertInstanceOf(Frame.Data.class, frame).bytes().length;
                }
            }
            assertEquals(sent, data + lost);
            assertEquals(1, gaps);
            assertTrue(data <= Limits.MAX_PENDING_OUTPUT + (1 << 20), "the daemon kept " + data);
            loop.execute(() -> {
                side.send(new byte[] {7});
                side.end(StreamEnd.finished());
            });
            assertEquals(7, assertInstanceOf(Frame.Data.class, client.read()).bytes()[0]);
            assertEquals(new Frame.End(StreamEnd.finished()), client.read());
        }
    }

    @Test
    void aHeldStreamStopsItsWriterAndLosesNothing() throws Exception {
        try (Duplex client = connect()) {
            io.shipote.daemon.control.Duplex side = daemonSide();
            onLoop(() -> side.hold(true));
            byte[] content = new byte[4 << 20];
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                client.write(content, 0, content.length);
                client.end();
            });
            assertThrows(java.util.concurrent.TimeoutException.class, () -> writing.get(300, TimeUnit.MILLISECONDS));
            assertTrue(received.get() <= 1 << 20, "taken while held: " + received);
            onLoop(() -> side.hold(false));
            writing.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertTrue(ended.await(SOON.toSeconds(), TimeUnit.SECONDS));
            assertEquals(content.length, received.get());
        }
    }

    @Test
    void whatAClientWroteBeforeItLeftArrives() throws Exception {
        Duplex client = connect();
        io.shipote.daemon.control.Duplex side = daemonSide();
        onLoop(() -> side.hold(true));
        client.write(new byte[100_000], 0, 100_000);
        client.end();
        client.close();
        await().atMost(SOON).until(() -> closed.getCount() == 0);
        assertEquals(100_000, received.get());
        assertEquals(0, ended.getCount());
    }

    @Test
    void aStopOfTheDaemonEndsItWithAReason() throws Exception {
        try (Duplex client = connect()) {
            daemonSide();
            server.endStreams();
            assertEquals(
                    StreamEnd.STOPPING,
                    assertInstanceOf(Frame.End.class, client.read()).why().reason());
            assertTrue(closed.await(SOON.toSeconds(), TimeUnit.SECONDS));
            assertThrows(ConnectionException.class, client::read);
        }
    }

    private void onLoop(Runnable task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            task.run();
            done.complete(null);
        });
        done.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }
}
