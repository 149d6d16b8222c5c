package io.shipote.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.FrameType;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.StreamEnd;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DuplexTest {
    private static final String REPLY = "{\"parameters\":{\"id\":\"x\"}}\0";

    @TempDir
    Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] data(String text) {
        return FrameType.DATA.frame(bytes(text), 0, text.length());
    }

    private static ObjectNode none() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** The two ends of an upgraded connection: ours, and the one that plays the daemon. */
    private record Ends(Upgraded<ObjectNode> client, SocketChannel daemon, Connection connection)
            implements AutoCloseable {
        void send(byte[]... parts) throws IOException {
            for (byte[] part : parts) {
                ByteBuffer left = ByteBuffer.wrap(part);
                while (left.hasRemaining()) {
                    daemon.write(left);
                }
            }
        }

        byte[] received(int count) throws IOException {
            ByteBuffer all = ByteBuffer.allocate(count);
            while (all.hasRemaining() && daemon.read(all) >= 0) {}
            return all.array();
        }

        @Override
        public void close() throws IOException {
            connection.close();
            daemon.close();
        }
    }

    /** @param early what the daemon sends together with its reply */
    private Ends upgraded(byte[] early) throws Exception {
        Path socket = directory.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Connection connection = Connection.open(socket);
            SocketChannel daemon = server.accept();
            ByteBuffer both = ByteBuffer.allocate(REPLY.length() + early.length)
                    .put(bytes(REPLY))
                    .put(early)
                    .flip();
            daemon.write(both);
            Upgraded<ObjectNode> client = connection.upgrade("io.shipote.Tap", none());
            ByteBuffer call = ByteBuffer.allocate(1_000);
            while (call.position() == 0 || call.get(call.position() - 1) != 0) {
                daemon.read(call);
            }
            String text = new String(call.array(), 0, call.position() - 1, StandardCharsets.UTF_8);
            assertEquals("{\"method\":\"io.shipote.Tap\",\"parameters\":{},\"upgrade\":true}", text);
            assertEquals("x", client.reply().path("id").asText());
            return new Ends(client, daemon, connection);
        }
    }

    @Test
    void framesThatCameWithTheReplyAreNotLost() throws Exception {
        try (Ends ends = upgraded(data("early"))) {
            assertArrayEquals(
                    bytes("early"),
                    assertInstanceOf(Frame.Data.class, ends.client().stream().read())
                            .bytes());
        }
    }

    @Test
    void readsWhatTheDaemonSends() throws Exception {
        try (Ends ends = upgraded(new byte[0])) {
            byte[] large = new byte[FrameType.MAX_DATA];
            byte[] payload = new StreamEnd(StreamEnd.STOPPING, "the daemon stops").encode();
            byte[] frame = FrameType.DATA.frame(large, 0, large.length);
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    ends.send(
                            frame,
                            FrameType.gap(12, 0),
                            FrameType.gap(12, 5),
                            FrameType.END.frame(payload, 0, payload.length));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            Duplex stream = ends.client().stream();
            assertArrayEquals(
                    large, assertInstanceOf(Frame.Data.class, stream.read()).bytes());
            assertEquals(new Frame.Gap(12, 0), stream.read());
            assertEquals(new Frame.Gap(12, 5), stream.read());
            assertEquals(new Frame.End(new StreamEnd("stopping", "the daemon stops")), stream.read());
            sent.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void aReadThatGetsNothingEndsWithItsTime() throws Exception {
        try (Ends ends = upgraded(new byte[0])) {
            Duplex stream = ends.client().stream();
            assertEquals(Optional.empty(), stream.read(Duration.ofMillis(20)));
            ends.send(new byte[] {1, 0, 0, 0});
            assertEquals(Optional.empty(), stream.read(Duration.ofMillis(20)));
            ends.send(new byte[] {1, 'z'});
            assertTrue(stream.read(Duration.ofSeconds(20)).isPresent());
        }
    }

    @Test
    void writesInFramesOfBoundedSize() throws Exception {
        try (Ends ends = upgraded(new byte[0])) {
            byte[] content = new byte[FrameType.MAX_DATA + 3];
            CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
                ends.client().stream().write(content, 0, content.length);
                ends.client().stream().end();
            });
            byte[] seen = ends.received(3 * FrameType.HEADER + content.length);
            writing.get(20, TimeUnit.SECONDS);
            assertArrayEquals(new byte[] {1, 0, 1, 0, 0}, java.util.Arrays.copyOf(seen, FrameType.HEADER));
            assertArrayEquals(
                    new byte[] {1, 0, 0, 0, 3, 0, 0, 0, 3, 0, 0, 0, 0},
                    java.util.Arrays.copyOfRange(seen, seen.length - 13, seen.length));
        }
    }

    @Test
    void aWriterWaitsForADaemonThatTakesNothingUntilItIsClosed() throws Exception {
        try (Ends ends = upgraded(new byte[0])) {
            byte[] content = new byte[8 << 20];
            CompletableFuture<Void> writing =
                    CompletableFuture.runAsync(() -> ends.client().stream().write(content, 0, content.length));
            ends.received(1_000);
            assertTrue(!writing.isDone());
            ends.client().close();
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> writing.get(20, TimeUnit.SECONDS));
            assertInstanceOf(ConnectionException.class, failure.getCause());
        }
    }

    @Test
    void aReaderThatWaitsEndsWhenItIsClosed() throws Exception {
        try (Ends ends = upgraded(new byte[0])) {
            CompletableFuture<Frame> reading =
                    CompletableFuture.supplyAsync(() -> ends.client().stream().read());
            ends.connection().close();
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> reading.get(20, TimeUnit.SECONDS));
            assertInstanceOf(ConnectionException.class, failure.getCause());
        }
    }

    @Test
    void whatIsNoFrameOrNoEndIsALostStream() throws Exception {
        for (byte[] wrong : new byte[][] {
            {9, 0, 0, 0, 1}, {1, 0, 1, 0, 1}, {2, 0, 0, 0, 7}, {3, 0, 0, 0, 1, '{'}, {1, 0, 0, 0, 2, 'x'}
        }) {
            try (Ends ends = upgraded(wrong)) {
                ends.daemon().close();
                Duplex stream = ends.client().stream();
                assertThrows(ConnectionException.class, stream::read);
            } finally {
                java.nio.file.Files.delete(directory.resolve("s"));
            }
        }
    }

    @Test
    void anErrorLeavesTheConnectionToOtherCalls() {
        try (StubDaemon stub = new StubDaemon(
                        directory,
                        call -> call.path("upgrade").asBoolean()
                                ? StubDaemon.error("io.shipote.NotFound", "{\"message\":\"no such\"}")
                                : StubDaemon.reply("{}"));
                Connection connection = Connection.open(stub.socket())) {
            ShipoteException failure = assertThrows(ShipoteException.class, () -> connection.upgrade("m", none()));
            assertEquals(ErrorCode.NOT_FOUND, failure.code());
            assertEquals(0, connection.call("m", none()).size());
        }
    }
}
