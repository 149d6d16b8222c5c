package io.shipote.daemon.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shipote.card.wire.FrameType;
import io.shipote.card.wire.StreamEnd;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A connection and its upgrade, without a socket. */
class DuplexTest {
    private static final String ATTACH = "{'method':'io.shipote.Attach','upgrade':true}";
    private static final long FUZZ_SEED = 20261121;

    private final List<String> happened = new ArrayList<>();
    private final ByteArrayOutputStream got = new ByteArrayOutputStream();
    private final List<Exchange> waiting = new ArrayList<>();
    private Duplex duplex;
    private EmbeddedChannel channel = connection();

    record Nothing() {}

    record Attached(String to) {}

    private EmbeddedChannel connection() {
        MethodTable table = new MethodTable();
        table.onUpgrade("Attach", Nothing.class, (in, exchange) -> attach(exchange));
        table.onMayUpgrade("Either", Nothing.class, (in, exchange) -> {
            if (exchange.wantsUpgrade()) {
                attach(exchange);
            } else {
                assertEquals(Optional.empty(), exchange.upgrade(new Attached("no")));
                exchange.reply(new Attached("plain"));
            }
        });
        table.onUpgrade("Later", Nothing.class, (in, exchange) -> waiting.add(exchange));
        table.on("Plain", Nothing.class, (in, exchange) -> exchange.reply(in));
        Limits limits = new Limits(9, 1000, 1000, 1000, 1000, 100_000, Limits.MAX_UNFINISHED_FRAME);
        Desk desk = new Desk(new InlineLoop(), table, limits);
        FrameDecoder decoder = new FrameDecoder(desk.parser(), desk.traffic());
        return new EmbeddedChannel(decoder, new ControlHandler(desk, decoder, new Peer(42, 1)));
    }

    private void attach(Exchange exchange) {
        duplex = exchange.upgrade(new Attached("it")).orElseThrow();
        duplex.receive(new Duplex.Receiver() {
            @Override
            public void data(byte[] bytes) {
                got.writeBytes(bytes);
            }

            @Override
            public void ended() {
                happened.add("ended");
            }

            @Override
            public void closed() {
                happened.add("closed");
            }
        });
    }

    private void upgraded() {
        call(ATTACH);
        assertEquals("{\"parameters\":{\"to\":\"it\"}}\0", out());
    }

    private void call(String json) {
        feed((json.replace('\'', '"') + "\0").getBytes(StandardCharsets.UTF_8));
    }

    private void feed(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
    }

    private static byte[] data(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return FrameType.DATA.frame(bytes, 0, bytes.length);
    }

    private static byte[] end() {
        return FrameType.END.frame(new byte[0], 0, 0);
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** The next thing sent, byte for byte; null if there is none. */
    private String out() {
        ByteBuf frame = channel.readOutbound();
        if (frame == null) {
            return null;
        }
        try {
            return frame.toString(StandardCharsets.ISO_8859_1);
        } finally {
            frame.release();
        }
    }

    private static String text(byte[] frame) {
        return new String(frame, StandardCharsets.ISO_8859_1);
    }

    private void assertFault(String message) {
        String end = out();
        assertTrue(end.startsWith("\3\0\0") && end.contains("\"fault\"") && end.contains(message), end);
        assertNull(out());
        assertFalse(channel.isOpen());
        assertEquals(List.of("closed"), happened);
    }

    @Test
    void framesMayBeSplitAtEveryByte() {
        byte[] bytes = join(data("first"), data("second"), end());
        for (int cut = 0; cut <= bytes.length; cut++) {
            channel = connection();
            happened.clear();
            got.reset();
            upgraded();
            feed(Arrays.copyOfRange(bytes, 0, cut));
            feed(Arrays.copyOfRange(bytes, cut, bytes.length));
            assertEquals("firstsecond", got.toString(StandardCharsets.UTF_8), "cut at " + cut);
            assertEquals(List.of("ended"), happened);
            assertTrue(channel.isOpen());
            channel.close();
            assertEquals(List.of("ended", "closed"), happened);
        }
    }

    @Test
    void dataIsPassedOnBeforeItsFrameIsComplete() {
        upgraded();
        feed(Arrays.copyOf(data("abcdef"), FrameType.HEADER + 2));
        assertEquals("ab", got.toString(StandardCharsets.UTF_8));
    }

    @Test
    void theDaemonsEndIsTheLastFrame() {
        upgraded();
        assertTrue(duplex.send("abc".getBytes(StandardCharsets.UTF_8)));
        duplex.lost(7, 3);
        duplex.end(StreamEnd.finished());
        duplex.end(StreamEnd.finished());
        assertFalse(duplex.send(new byte[1]));
        assertEquals(text(data("abc")), out());
        assertEquals(text(FrameType.gap(7, 3)), out());
        assertEquals("\3\0\0\0\25{\"reason\":\"finished\"}", out());
        assertNull(out());
        assertFalse(channel.isOpen());
        assertEquals(List.of(), happened);
    }

    @Test
    void aStopOfTheDaemonIsToldWithItsReason() {
        upgraded();
        channel.pipeline().fireUserEventTriggered(DuplexHandler.STOPPING);
        assertTrue(out().contains("{\"reason\":\"stopping\""));
        assertEquals(List.of("closed"), happened);
    }

    @Test
    void bytesBehindTheCallAreAFault() {
        feed(join((ATTACH.replace('\'', '"') + "\0").getBytes(StandardCharsets.UTF_8), data("too early")));
        String reply = out();
        assertTrue(reply.contains("org.varlink.service.InvalidParameter") && reply.contains("wait for its reply"));
        assertFalse(channel.isOpen());
        assertNull(duplex);
    }

    @Test
    void aMethodWithoutUpgradeAnswersWithAnErrorAndTheConnectionGoesOn() {
        call("{'method':'io.shipote.Plain','upgrade':true}");
        assertTrue(out().contains("\"parameter\":\"upgrade\""));
        call("{'method':'io.shipote.Attach'}");
        assertTrue(out().contains("must be called with upgrade"));
        call("{'method':'io.shipote.Either'}");
        assertEquals("{\"parameters\":{\"to\":\"plain\"}}\0", out());
        upgraded();
    }

    @Test
    void upgradeExcludesMoreAndOneway() {
        call("{'method':'io.shipote.Attach','upgrade':true,'more':true}");
        assertTrue(out().contains("upgrade excludes"));
        assertFalse(channel.isOpen());
    }

    @Test
    void anUpgradeMayComeLaterAndReadsOn() {
        call("{'method':'io.shipote.Later','upgrade':true}");
        assertFalse(channel.config().isAutoRead());
        attach(waiting.get(0));
        assertTrue(channel.config().isAutoRead());
        assertEquals("{\"parameters\":{\"to\":\"it\"}}\0", out());
        feed(data("x"));
        assertEquals("x", got.toString(StandardCharsets.UTF_8));
        assertTrue(waiting.get(0).upgrade(new Attached("again")).isEmpty());
    }

    @Test
    void aClientThatLeftBeforeItsUpgradeGetsNone() {
        call("{'method':'io.shipote.Later','upgrade':true}");
        channel.close();
        assertTrue(waiting.get(0).upgrade(new Attached("late")).isEmpty());
    }

    @Test
    void aCallAfterTheUpgradeIsAFault() {
        upgraded();
        call(ATTACH);
        assertFault("no frame has the type 123");
    }

    @Test
    void wrongFramesAreFaults() {
        upgraded();
        feed(FrameType.gap(1, 0));
        assertFault("a client sends no gaps");
    }

    @Test
    void aDataFrameOverTheLimitIsAFaultAtItsHeader() {
        upgraded();
        feed(new byte[] {1, 0, 1, 0, 1});
        assertFault("cannot have 65537 bytes");
    }

    @Test
    void aLengthWithItsHighestBitIsLargeAndNotNegative() {
        upgraded();
        feed(new byte[] {1, -1, -1, -1, -1});
        assertFault("cannot have 4294967295 bytes");
    }

    @Test
    void bytesBehindTheEndAreAFault() {
        upgraded();
        feed(join(end(), data("more")));
        String fault = out();
        assertTrue(fault.contains("behind the end frame"), fault);
        assertEquals(List.of("ended", "closed"), happened);
    }

    @Test
    void halfAFrameHasATimeLimitAndAWholeOneHasNone() {
        upgraded();
        feed(data("x"));
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();
        assertTrue(channel.isOpen());
        feed(Arrays.copyOf(data("abc"), FrameType.HEADER + 1));
        channel.advanceTimeBy(11, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertFault("not complete after");
    }

    @Test
    void framesThatKeepComingInPiecesAreNotLate() {
        upgraded();
        byte[] frame = data("abc");
        feed(Arrays.copyOf(frame, 3));
        for (int i = 0; i < 10; i++) {
            channel.advanceTimeBy(6, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
            feed(join(Arrays.copyOfRange(frame, 3, frame.length), Arrays.copyOf(frame, 3)));
        }
        assertTrue(channel.isOpen());
        assertEquals("abc".repeat(10), got.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aHeldConnectionReadsNothingAndItsHalfFrameIsNotLate() {
        upgraded();
        feed(Arrays.copyOf(data("abc"), FrameType.HEADER + 1));
        duplex.hold(true);
        assertFalse(channel.config().isAutoRead());
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();
        assertTrue(channel.isOpen());
        duplex.hold(false);
        assertTrue(channel.config().isAutoRead());
    }

    @Test
    void garbageEndsTheStreamAndNothingElse() {
        Random random = new Random(FUZZ_SEED);
        for (int round = 0; round < 2_000; round++) {
            channel = connection();
            happened.clear();
            upgraded();
            byte[] garbage = new byte[4 + random.nextInt(200)];
            random.nextBytes(garbage);
            if (round % 2 == 0) {
                garbage[0] = (byte) (1 + random.nextInt(3));
                garbage[1] = garbage[2] = garbage[3] = 0;
            }
            for (int at = 0; at < garbage.length && channel.isOpen(); ) {
                int next = Math.min(garbage.length, at + 1 + random.nextInt(50));
                feed(Arrays.copyOfRange(garbage, at, next));
                at = next;
            }
            channel.close();
            assertEquals(1, happened.stream().filter("closed"::equals).count(), "round " + round);
            channel.releaseOutbound();
        }
    }
}
