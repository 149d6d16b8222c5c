package io.shipote.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.wire.CommandCalls.LogsIn;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShipoteTest {
    private static final String WHY = StubDaemon.reply("{\"id\":\"i\",\"state\":\"running\",\"lines\":[\"because\"]}");

    @TempDir
    Path directory;

    @Test
    void bindsTheReplyAndItsTwin() throws Exception {
        try (StubDaemon stub = new StubDaemon(directory, call -> WHY);
                Shipote shipote = Shipote.connect(stub.socket())) {
            assertEquals(List.of("because"), shipote.why("i", Optional.empty()).lines());
            assertEquals("io.shipote.Why", stub.calls().take().path("method").asText());
            assertEquals(
                    "running",
                    shipote.whyAsync("i", Optional.of("w"))
                            .get(10, TimeUnit.SECONDS)
                            .state());
            assertEquals("w", stub.calls().take().at("/parameters/workspace").asText());
        }
    }

    @Test
    void aFutureFailsWithTheDaemonsError() {
        String error = StubDaemon.error("io.shipote.NotFound", "{\"message\":\"no\",\"target\":\"i\"}");
        try (StubDaemon stub = new StubDaemon(directory, call -> error);
                Shipote shipote = Shipote.connect(stub.socket())) {
            CompletableFuture<?> future = shipote.whyAsync("i", Optional.empty());
            ExecutionException failure = assertThrows(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS));
            assertEquals(ErrorCode.NOT_FOUND, ((ShipoteException) failure.getCause()).code());
        }
    }

    @Test
    void dialsAnewWhenAnIdleConnectionHasDied() {
        StubDaemon first = new StubDaemon(directory, call -> WHY + StubDaemon.HANG_UP);
        try (Shipote shipote = Shipote.connect(first.socket())) {
            assertEquals("i", shipote.why("i", Optional.empty()).id());
            first.close();
            try (StubDaemon second = new StubDaemon(directory, call -> WHY)) {
                // The first daemon's hang-up may still be on its way; then the call was sent and must not be repeated.
                assertEquals("i", retriedWhenSent(shipote));
                assertFalse(second.calls().isEmpty());
            }
        }
    }

    private static String retriedWhenSent(Shipote shipote) {
        try {
            return shipote.why("i", Optional.empty()).id();
        } catch (ConnectionException e) {
            assertTrue(e.sent());
            return shipote.why("i", Optional.empty()).id();
        }
    }

    @Test
    void deliversEventsWithWhatWasLostAndEndsWhenClosed() throws Exception {
        String event = "{\"at_ms\":1,\"kind\":\"exited\"}";
        try (StubDaemon stub = new StubDaemon(
                        directory,
                        call -> StubDaemon.more("{\"event\":" + event + ",\"lost\":0}")
                                + StubDaemon.more("{\"event\":" + event + ",\"lost\":5}"));
                Shipote shipote = Shipote.connect(stub.socket())) {
            BlockingQueue<Long> lost = new LinkedBlockingQueue<>();
            Subscription events = shipote.events(Optional.empty(), reply -> lost.add(reply.lost()));
            assertEquals(0, lost.take());
            assertEquals(5, lost.take());
            events.close();
            events.done().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void aSubscriptionTellsWhyItEnded() throws Exception {
        try (StubDaemon stub = new StubDaemon(
                        directory,
                        call -> StubDaemon.more("{\"id\":\"i\",\"label\":\"l\",\"stream\":\"stdout\",\"offset\":0,"
                                        + "\"data\":\"\"}")
                                + StubDaemon.HANG_UP);
                Shipote shipote = Shipote.connect(stub.socket())) {
            List<Long> offsets = Collections.synchronizedList(new ArrayList<>());
            LogsIn all = new LogsIn("i", Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(true));
            Subscription logs = shipote.commands().followLogs(all, reply -> offsets.add(reply.offset()));
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> logs.done().get(10, TimeUnit.SECONDS));
            assertTrue(failure.getCause() instanceof ConnectionException);
            assertEquals(List.of(0L), offsets);
        }
    }

    @Test
    void anErrorOfTheCallbackEndsASubscriptionToo() {
        try (StubDaemon stub = new StubDaemon(directory, call -> StubDaemon.more("{\"lines\":[]}"));
                Shipote shipote = Shipote.connect(stub.socket())) {
            AssertionError broken = new AssertionError("on purpose");
            Subscription audit = shipote.followAudit(Optional.empty(), reply -> {
                throw broken;
            });
            ExecutionException failure =
                    assertThrows(ExecutionException.class, () -> audit.done().get(10, TimeUnit.SECONDS));
            assertEquals(broken, failure.getCause());
        }
    }

    @Test
    void aClosedClientRefusesCalls() {
        try (StubDaemon stub = new StubDaemon(directory, call -> WHY)) {
            Shipote shipote = Shipote.connect(stub.socket());
            shipote.close();
            assertThrows(ConnectionException.class, () -> shipote.why("i", Optional.empty()));
            assertTrue(shipote.whyAsync("i", Optional.empty()).isCompletedExceptionally());
        }
    }
}
