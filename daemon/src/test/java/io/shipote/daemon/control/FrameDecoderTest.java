package io.shipote.daemon.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.shipote.card.wire.Call;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameDecoderTest {
    private static final String CALL = "{\"method\":\"a.b.Grüße\",\"parameters\":{\"x\":18446744073709551615}}\0";

    private final Traffic traffic = new Traffic(Limits.defaults());
    private final FrameDecoder decoder = new FrameDecoder(new CallParser(), traffic);
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

    @Test
    void aFrameMayBeSplitAtEveryByte() {
        byte[] bytes = (CALL + CALL).getBytes(StandardCharsets.UTF_8);
        for (int cut = 0; cut <= bytes.length; cut++) {
            feed(Arrays.copyOfRange(bytes, 0, cut));
            feed(Arrays.copyOfRange(bytes, cut, bytes.length));
            for (int i = 0; i < 2; i++) {
                Call call = assertInstanceOf(Call.class, channel.readInbound(), "cut at " + cut);
                assertEquals("a.b.Grüße", call.method());
                assertEquals("18446744073709551615", call.parameters().path("x").asText());
            }
            assertEquals(0, traffic.unfinishedInput());
        }
        assertNull(channel.readInbound());
    }

    @Test
    void aFrameMayComeByteByByte() {
        for (byte b : CALL.getBytes(StandardCharsets.UTF_8)) {
            feed(new byte[] {b});
        }
        assertInstanceOf(Call.class, channel.readInbound());
    }

    @Test
    void severalFramesMayComeAtOnce() {
        feed(CALL.repeat(1000));
        for (int i = 0; i < 1000; i++) {
            assertInstanceOf(Call.class, channel.readInbound());
        }
        assertNull(channel.readInbound());
    }

    @Test
    void aHeldDecoderKeepsTheRestAndStopsReading() {
        decoder.hold(true);
        feed(CALL + CALL);
        assertNull(channel.readInbound());
        assertFalse(channel.config().isAutoRead());
        decoder.hold(false);
        assertInstanceOf(Call.class, channel.readInbound());
        assertInstanceOf(Call.class, channel.readInbound());
        assertTrue(channel.config().isAutoRead());
    }

    @Test
    void aFrameOfTheLimitIsTakenAndOneByteMoreIsNot() {
        String head = "{\"method\":\"m\",\"parameters\":{\"x\":\"";
        String tail = "\"}}";
        String fill = "x".repeat(Limits.MAX_FRAME_BYTES - head.length() - tail.length());
        feed(head + fill + tail + "\0");
        assertInstanceOf(Call.class, channel.readInbound());
        feed(head + fill + "x" + tail + "\0");
        assertBad("more than 1048576 bytes");
    }

    @Test
    void anEndlessFrameIsRefusedBeforeItEnds() {
        byte[] chunk = new byte[64 * 1024];
        Arrays.fill(chunk, (byte) ' ');
        for (int sent = 0; sent <= Limits.MAX_FRAME_BYTES; sent += chunk.length) {
            feed(chunk);
        }
        assertBad("more than 1048576 bytes");
        feed(chunk);
        assertEquals(0, traffic.unfinishedInput());
        assertNull(channel.readInbound());
    }

    @Test
    void anUnfinishedFrameHasATimeLimitAndAnIdleConnectionHasNone() {
        channel.freezeTime();
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();
        feed("{\"method\"");
        channel.advanceTimeBy(9, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertNull(channel.readInbound());
        feed(":\"m\"}\0{");
        assertInstanceOf(Call.class, channel.readInbound());
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertBad("not complete");
    }

    @Test
    void aHeldConnectionHasNoTimeLimit() {
        channel.freezeTime();
        decoder.hold(true);
        feed(CALL + "{\"met");
        channel.advanceTimeBy(1, TimeUnit.HOURS);
        channel.runScheduledPendingTasks();
        decoder.hold(false);
        assertInstanceOf(Call.class, channel.readInbound());
        feed("hod\":\"m\"}\0");
        assertInstanceOf(Call.class, channel.readInbound());
    }

    @Test
    void allConnectionsTogetherHaveAnInputLimit() {
        Traffic tight = new Traffic(new Limits(9, 1000, 1000, 1000, 1000, 150, Limits.MAX_UNFINISHED_FRAME));
        EmbeddedChannel first = new EmbeddedChannel(new FrameDecoder(new CallParser(), tight));
        EmbeddedChannel second = new EmbeddedChannel(new FrameDecoder(new CallParser(), tight));
        first.writeInbound(Unpooled.wrappedBuffer(new byte[100]).setByte(0, 'x'));
        first.readInbound();
        first.close();
        assertEquals(0, tight.unfinishedInput());
        second.writeInbound(Unpooled.copiedBuffer("x".repeat(151), StandardCharsets.UTF_8));
        assertInstanceOf(BadFrame.class, second.readInbound());
        assertEquals(0, tight.unfinishedInput());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "1",
                "null",
                "[1]",
                "\"m\"",
                "{",
                "{}",
                "{\"method\":1}",
                "{\"method\":null}",
                "{\"method\":\"m\"} x",
                "{\"method\":\"m\"}{\"method\":\"m\"}",
                "{\"method\":\"m\",\"method\":\"n\"}",
                "{\"method\":\"m\",\"parameters\":{\"a\":{\"b\":1,\"b\":1}}}",
                "{\"method\":\"m\",\"parameters\":[]}",
                "{\"method\":\"m\",\"more\":1}",
                "{\"method\":\"m\",\"more\":true,\"oneway\":true}",
                "{\"method\":\"m\",\"id\":1}",
                "{\"method\":\"\\ud800\"}",
                "{\"method\":\"m\",\"parameters\":{\"\\udc00\":1}}",
                "{\"method\":\"m\",\"parameters\":{\"a\":[[\"\\ud800x\"]]}}",
                "{\"method\":\"m\",\"parameters\":{\"a\":NaN}}",
                "{'method':'m'}",
                "\uFEFF{\"method\":\"m\"}",
            })
    void whatIsNoCallIsRefusedAndNothingAfterItIsRead(String frame) {
        feed(frame + "\0" + CALL);
        assertBad("");
    }

    @Test
    void tooDeepOrTooLongANumberIsRefused() {
        feed("{\"method\":\"m\",\"parameters\":{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}}\0");
        assertBad("nesting depth");
        EmbeddedChannel other = new EmbeddedChannel(new FrameDecoder(new CallParser(), traffic));
        other.writeInbound(Unpooled.copiedBuffer(
                "{\"method\":\"m\",\"parameters\":{\"a\":" + "9".repeat(5000) + "}}\0", StandardCharsets.UTF_8));
        assertInstanceOf(BadFrame.class, other.readInbound());
    }

    @Test
    void whatIsNotUtf8IsRefused() {
        int[][] bad = {{0xff}, {0xc3}, {0xc0, 0x80}, {0xed, 0xa0, 0x80}, {0xf4, 0x90, 0x80, 0x80}, {0x80}};
        for (int[] sequence : bad) {
            EmbeddedChannel each = new EmbeddedChannel(new FrameDecoder(new CallParser(), traffic));
            each.writeInbound(Unpooled.copiedBuffer("{\"method\":\"", StandardCharsets.UTF_8));
            for (int b : sequence) {
                each.writeInbound(Unpooled.wrappedBuffer(new byte[] {(byte) b}));
            }
            each.writeInbound(Unpooled.copiedBuffer("\"}\0", StandardCharsets.UTF_8));
            BadFrame refused = assertInstanceOf(BadFrame.class, each.readInbound());
            assertTrue(refused.getMessage().contains("UTF-8"), refused.getMessage());
        }
    }

    private void feed(String text) {
        feed(text.getBytes(StandardCharsets.UTF_8));
    }

    private void feed(byte[] bytes) {
        channel.writeInbound(Unpooled.copiedBuffer(bytes));
    }

    private void assertBad(String part) {
        BadFrame bad = assertInstanceOf(BadFrame.class, channel.readInbound());
        assertTrue(bad.getMessage().contains(part), bad.getMessage());
        assertNull(channel.readInbound());
    }
}
