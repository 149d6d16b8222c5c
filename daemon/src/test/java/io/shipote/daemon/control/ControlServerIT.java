package io.shipote.daemon.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.daemon.EventLoopAdapter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ControlServerIT {
    private static final int CONNECTIONS = 4;
    private static final long FUZZ_SEED = 20261121;
    private static final String ECHO = "{'method':'io.shipote.Echo','parameters':{'text':'hi'}}";
    private static final String ECHOED = "{\"parameters\":{\"text\":\"hi\"}}";

    @TempDir
    Path directory;

    private final BlockingQueue<Exchange> streams = new LinkedBlockingQueue<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final EventLoopAdapter loop = new EventLoopAdapter(error -> {
        throw error;
    });
    private SocketPath socket;
    private ControlServer server;

    record Text(String text) {}

    record Nothing() {}

    @BeforeEach
    void start() throws IOException {
        socket = new SocketPath(directory.resolve("run/control.sock"));
        server = server(Limits.defaults().withConnections(CONNECTIONS));
        server.bind(socket);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        assertFalse(Files.exists(socket.path()));
        loop.close();
    }

    private ControlServer server(Limits limits) throws IOException {
        return server(limits, Set.of());
    }

    private ControlServer server(Limits limits, Set<Integer> uids) throws IOException {
        MethodTable table = new MethodTable();
        table.on("Echo", Text.class, (in, exchange) -> exchange.reply(in));
        table.onMore("Stream", Nothing.class, (in, exchange) -> {
            exchange.onClosed(closed::countDown);
            streams.add(exchange);
        });
        return new ControlServer(loop, loop.eventLoop(), table, limits, uids, "test");
    }

    @Test
    void theSocketIsItsOwnersAlone() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.path())));
        assertEquals(
                "rwx------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(socket.path().getParent())));
    }

    @Test
    void otherUsersReachItOnlyIfTheyAreListed() throws IOException {
        SocketPath shared = new SocketPath(directory.resolve("shared/x.sock"));
        try (ControlServer second = server(Limits.defaults(), Set.of(4711))) {
            second.bind(shared);
            assertEquals("rw-rw-rw-", PosixFilePermissions.toString(Files.getPosixFilePermissions(shared.path())));
            assertEquals(
                    "rwx--x--x",
                    PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(shared.path().getParent())));
        }
    }

    @Test
    void aClientThatClosesItsEndInMidStreamIsNoticed() throws Exception {
        WireClient client = new WireClient(socket.path());
        client.call("{'method':'io.shipote.Stream','more':true}");
        Exchange stream = streams.take();
        assertEquals(SocketPath.ownUid(), stream.peer().uid());
        onLoop(() -> stream.next(new Text("1")));
        assertEquals("{\"parameters\":{\"text\":\"1\"},\"continues\":true}", client.reply());
        client.close();
        assertTrue(closed.await(10, TimeUnit.SECONDS));
        assertFalse(onLoop(() -> stream.next(new Text("2"))));
        assertAllConnectionsAreFree();
    }

    @Test
    void aSlowReaderIsToldApartAndGoesOnWhenItReads() throws Exception {
        try (WireClient client = new WireClient(socket.path())) {
            client.call("{'method':'io.shipote.Stream','more':true}");
            Exchange stream = streams.take();
            CountDownLatch writable = new CountDownLatch(1);
            Text large = new Text("x".repeat(100_000));
            int sent = 0;
            onLoop(() -> {
                stream.onWritable(writable::countDown);
                return true;
            });
            while (onLoop(() -> stream.next(large))) {
                sent++;
                assertTrue(sent < 100, "output must be bounded");
            }
            assertTrue(sent >= Limits.MAX_PENDING_OUTPUT / 110_000, "sent " + sent);
            assertFalse(onLoop(stream::writable));
            try (WireClient other = new WireClient(socket.path())) {
                assertEquals(ECHOED, other.ask(ECHO));
            }
            for (int i = 0; i < sent; i++) {
                assertEquals(
                        ECHOED.length() - 2 + 100_000 + ",\"continues\":true".length(),
                        client.reply().length());
            }
            assertTrue(writable.await(10, TimeUnit.SECONDS));
            assertTrue(onLoop(stream::writable));
        }
    }

    @Test
    void aClientThatCallsAndNeverReadsIsHeldBack() throws Exception {
        try (WireClient client = new WireClient(socket.path())) {
            String big = ECHO.replace("'hi'", "'" + "x".repeat(500_000) + "'");
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < 40; i++) {
                        client.call(big);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            for (int i = 0; i < 40; i++) {
                assertEquals(ECHOED.length() - 2 + 500_000, client.reply().length());
            }
            writer.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void oneConnectionTooManyIsToldBusy() throws Exception {
        List<WireClient> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(new WireClient(socket.path()));
            assertEquals(ECHOED, clients.get(i).ask(ECHO));
        }
        try (WireClient more = new WireClient(socket.path())) {
            assertTrue(more.reply().startsWith("{\"error\":\"io.shipote.Busy\""));
            assertNull(more.reply());
        }
        for (WireClient client : clients) {
            client.close();
        }
        assertAllConnectionsAreFree();
    }

    @Test
    void halfAFrameAndThenSilenceIsEnded() throws Exception {
        server.close();
        server = server(Limits.defaults().withUnfinishedFrame(Duration.ofMillis(50)));
        server.bind(socket);
        try (WireClient client = new WireClient(socket.path())) {
            client.send("{\"method\"".getBytes(StandardCharsets.UTF_8));
            assertTrue(client.reply().contains("not complete"));
            assertNull(client.reply());
        }
    }

    @Test
    void aFrameOverTheLimitGetsAnErrorAndTheEnd() throws Exception {
        try (WireClient client = new WireClient(socket.path())) {
            client.send(new byte[0]);
            client.send(" ".repeat(Limits.MAX_FRAME_BYTES + 1).getBytes(StandardCharsets.UTF_8));
            assertTrue(client.reply().contains("more than 1048576 bytes"));
            assertNull(client.reply());
        }
    }

    @Test
    void aStaleSocketIsReplacedAndAnythingElseIsNot() throws Exception {
        SocketPath place = new SocketPath(directory.resolve("other/x.sock"));
        place.prepareDirectory();
        try (java.nio.channels.ServerSocketChannel dead =
                java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            dead.bind(java.net.UnixDomainSocketAddress.of(place.path()));
        }
        assertTrue(Files.exists(place.path()));
        try (ControlServer second = server(Limits.defaults())) {
            second.bind(place);
            try (WireClient client = new WireClient(place.path())) {
                assertEquals(ECHOED, client.ask(ECHO));
            }
        }
        Files.writeString(place.path(), "precious");
        try (ControlServer third = server(Limits.defaults())) {
            IOException e = org.junit.jupiter.api.Assertions.assertThrows(IOException.class, () -> third.bind(place));
            assertTrue(e.getMessage().contains("is no socket"), e.getMessage());
        }
        assertEquals("precious", Files.readString(place.path()));
    }

    @Test
    void garbageHurtsNobody() throws Exception {
        Random random = new Random(FUZZ_SEED);
        for (int i = 0; i < 3000; i++) {
            try (WireClient client = new WireClient(socket.path())) {
                client.send(garbage(random));
                if (random.nextInt(3) == 0) {
                    assertNotNull(client.reply());
                }
            } catch (IOException e) {
                // The server may have closed the connection while we were still writing: its right.
                assertTrue(e.getMessage().matches(".*(Broken pipe|reset).*"), e.toString());
            }
        }
        assertAllConnectionsAreFree();
    }

    /** A call with some of its bytes changed, cut, doubled or replaced; always with a NUL somewhere. */
    private static byte[] garbage(Random random) {
        byte[] call = (ECHO.replace('\'', '"') + "\0").getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(4) == 0) {
            call = new byte[1 + random.nextInt(300)];
            random.nextBytes(call);
        }
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            call[random.nextInt(call.length)] = (byte) random.nextInt(256);
        }
        byte[] twice = java.util.Arrays.copyOf(call, call.length + random.nextInt(call.length) + 1);
        System.arraycopy(call, 0, twice, call.length, twice.length - call.length);
        twice[twice.length - 1] = 0;
        return twice;
    }

    /** Each connection that was open has been counted out. */
    private void assertAllConnectionsAreFree() {
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            List<WireClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < CONNECTIONS; i++) {
                    WireClient client = new WireClient(socket.path());
                    clients.add(client);
                    assertEquals(ECHOED, client.ask(ECHO));
                }
            } finally {
                for (WireClient client : clients) {
                    client.close();
                }
            }
        });
    }

    private boolean onLoop(java.util.concurrent.Callable<Boolean> task) throws Exception {
        java.util.concurrent.FutureTask<Boolean> future = new java.util.concurrent.FutureTask<>(task);
        loop.execute(future);
        return future.get(10, TimeUnit.SECONDS);
    }
}
