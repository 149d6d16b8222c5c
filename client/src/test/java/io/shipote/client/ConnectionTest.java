package io.shipote.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionTest {
    @TempDir
    Path directory;

    private static ObjectNode none() {
        return JsonNodeFactory.instance.objectNode();
    }

    private StubDaemon answering(String answer) {
        return new StubDaemon(directory, call -> answer);
    }

    @Test
    void callsAndReadsTheReply() throws Exception {
        try (StubDaemon stub = answering(StubDaemon.reply("{\"pid\":7}"));
                Connection connection = Connection.open(stub.socket())) {
            assertEquals(
                    7, connection.call("io.shipote.Health", none()).path("pid").asInt());
            ObjectNode call = stub.calls().take();
            assertEquals("io.shipote.Health", call.path("method").asText());
            assertFalse(call.has("more"));
        }
    }

    @Test
    void namesTheSocketWhenNobodyListens() {
        Path socket = directory.resolve("control.sock");
        NoDaemonException failure = assertThrows(NoDaemonException.class, () -> Connection.open(socket));
        assertEquals(socket, failure.socket());
        assertTrue(failure.getMessage().contains(socket.toString()));
        assertTrue(failure.getMessage().contains("shipote daemon start"));
        assertFalse(failure.sent());
    }

    @Test
    void namesTheSocketWhenTheDaemonIsGone() {
        StubDaemon stub = answering("");
        stub.close();
        assertThrows(NoDaemonException.class, () -> Connection.open(stub.socket()));
    }

    @Test
    void throwsTheDaemonsErrorWithItsFieldsAndStaysUsable() {
        try (StubDaemon stub = new StubDaemon(
                        directory,
                        call -> call.path("method").asText().endsWith("Good")
                                ? StubDaemon.reply("{}")
                                : StubDaemon.error(
                                        "io.shipote.Ambiguous",
                                        "{\"message\":\"two fit\",\"target\":\"w\",\"candidates\":[\"a\",\"b\"]}"));
                Connection connection = Connection.open(stub.socket())) {
            ShipoteException failure =
                    assertThrows(ShipoteException.class, () -> connection.call("io.shipote.Bad", none()));
            assertEquals(ErrorCode.AMBIGUOUS, failure.code());
            assertEquals("two fit", failure.getMessage());
            assertEquals(2, ((JsonNode) failure.fields().get("candidates")).size());
            assertEquals(0, connection.call("io.shipote.Good", none()).size());
        }
    }

    @Test
    void mapsProtocolFaults() {
        try (StubDaemon stub = new StubDaemon(
                        directory,
                        call -> StubDaemon.error(
                                "org.varlink.service." + call.path("method").asText(), "{\"parameter\":\"ttl\"}"));
                Connection connection = Connection.open(stub.socket())) {
            ShipoteException wrong =
                    assertThrows(ShipoteException.class, () -> connection.call("InvalidParameter", none()));
            assertEquals(ErrorCode.INVALID_SPEC, wrong.code());
            assertTrue(wrong.getMessage().contains("ttl"));
            ShipoteException unknown =
                    assertThrows(ShipoteException.class, () -> connection.call("MethodNotFound", none()));
            assertEquals(ErrorCode.INTERNAL, unknown.code());
        }
    }

    @Test
    void refusesAReplyThatIsNoJson() {
        for (String answer : List.of("{]\0", "\0", "7\0", "{\"a\":1}x\0", "{\"a\":1,\"a\":2}\0")) {
            try (StubDaemon stub = answering(answer);
                    Connection connection = Connection.open(stub.socket())) {
                ConnectionException failure =
                        assertThrows(ConnectionException.class, () -> connection.call("m", none()), answer);
                assertTrue(failure.sent());
                assertFalse(connection.isOpen());
            }
        }
    }

    @Test
    void tellsOfAConnectionClosedWithinAReply() {
        for (String answer : List.of("{\"para" + StubDaemon.HANG_UP, StubDaemon.HANG_UP)) {
            try (StubDaemon stub = answering(answer);
                    Connection connection = Connection.open(stub.socket())) {
                ConnectionException failure =
                        assertThrows(ConnectionException.class, () -> connection.call("m", none()));
                assertTrue(failure.sent());
                assertTrue(failure.getMessage().contains("not known whether"), failure.getMessage());
            }
        }
    }

    @Test
    void readsALargeReplyAndRefusesALargerOne() {
        String large = "x".repeat(Connection.MAX_REPLY - 100);
        try (StubDaemon stub = answering(StubDaemon.reply("{\"a\":\"" + large + "\"}"));
                Connection connection = Connection.open(stub.socket())) {
            assertEquals(
                    large.length(),
                    connection.call("m", none()).path("a").asText().length());
        }
        try (StubDaemon stub = answering(StubDaemon.reply("{\"a\":\"" + large + large + "\"}"));
                Connection connection = Connection.open(stub.socket())) {
            ConnectionException failure = assertThrows(ConnectionException.class, () -> connection.call("m", none()));
            assertTrue(failure.getMessage().contains("larger"));
        }
    }

    @Test
    void refusesToSendALargeCall() {
        try (StubDaemon stub = answering(StubDaemon.reply("{}"));
                Connection connection = Connection.open(stub.socket())) {
            ObjectNode parameters = none().put("spec", "x".repeat(Connection.MAX_CALL));
            ShipoteException failure = assertThrows(ShipoteException.class, () -> connection.call("m", parameters));
            assertEquals(ErrorCode.LIMIT_EXCEEDED, failure.code());
            assertEquals(0, connection.call("m", none()).size());
        }
    }

    @Test
    void streamsUntilTheLastReply() throws Exception {
        try (StubDaemon stub = answering(
                        StubDaemon.more("{\"n\":1}") + StubDaemon.more("{\"n\":2}") + StubDaemon.reply("{\"n\":3}"));
                Connection connection = Connection.open(stub.socket())) {
            List<Integer> seen = new ArrayList<>();
            connection.stream("m", none(), reply -> seen.add(reply.path("n").asInt()));
            assertEquals(List.of(1, 2, 3), seen);
            assertTrue(stub.calls().take().path("more").asBoolean());
            assertTrue(connection.isOpen());
        }
    }

    @Test
    void closesAStreamThatItsReaderEnds() {
        try (StubDaemon stub = answering(StubDaemon.more("{}").repeat(3));
                Connection connection = Connection.open(stub.socket())) {
            assertThrows(
                    IllegalStateException.class,
                    () -> connection.stream("m", none(), reply -> {
                        throw new IllegalStateException("enough");
                    }));
            assertFalse(connection.isOpen());
        }
    }

    @Test
    void keepsTheConnectionAfterAnErrorWithinAStream() {
        try (StubDaemon stub = answering(StubDaemon.more("{}") + StubDaemon.error("io.shipote.Busy", "{}"));
                Connection connection = Connection.open(stub.socket())) {
            ShipoteException failure =
                    assertThrows(ShipoteException.class, () -> connection.stream("m", none(), reply -> {}));
            assertEquals(ErrorCode.BUSY, failure.code());
            assertTrue(connection.isOpen());
        }
    }

    @Test
    void endsAWaitingCallWhenClosedByAnotherThread() throws Exception {
        try (StubDaemon stub = answering("")) {
            Connection connection = Connection.open(stub.socket());
            CompletableFuture<ObjectNode> waiting = CompletableFuture.supplyAsync(() -> connection.call("m", none()));
            stub.calls().take();
            connection.close();
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> waiting.get(10, TimeUnit.SECONDS));
            assertTrue(failure.getCause() instanceof ConnectionException);
        }
    }
}
