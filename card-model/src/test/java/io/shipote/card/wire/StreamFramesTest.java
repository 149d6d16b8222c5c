package io.shipote.card.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of an upgraded connection's frames: what is written here never changes. */
class StreamFramesTest {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void dataIsItsTypeItsLengthAndItsBytes() {
        assertEquals("01 00 00 00 03 61 62 63", HEX.formatHex(FrameType.DATA.frame(bytes("xabcx"), 1, 3)));
    }

    @Test
    void aGapIsANumberOf64Bits() {
        assertEquals("02 00 00 00 08 00 00 00 00 00 00 30 39", HEX.formatHex(FrameType.gap(12_345, 0)));
        assertEquals("02 00 00 00 08 ff ff ff ff ff ff ff ff", HEX.formatHex(FrameType.gap(-1, 0)));
    }

    @Test
    void aGapTellsWhatOfItWasLeftOutByWish() {
        assertEquals(
                "02 00 00 00 10 00 00 00 00 00 00 30 39 00 00 00 00 00 00 00 07",
                HEX.formatHex(FrameType.gap(12_345, 7)));
    }

    @Test
    void anEndTellsWhy() {
        byte[] payload = new StreamEnd(StreamEnd.STOPPING, "the daemon stops").encode();
        assertEquals(
                "{\"reason\":\"stopping\",\"message\":\"the daemon stops\"}",
                new String(payload, StandardCharsets.UTF_8));
        assertEquals(new StreamEnd("stopping", "the daemon stops"), StreamEnd.decode(payload));
        assertArrayEquals(
                bytes("{\"reason\":\"finished\"}"), StreamEnd.finished().encode());
        assertEquals(StreamEnd.finished(), StreamEnd.decode(new byte[0]));
        assertEquals(new StreamEnd("later-word", ""), StreamEnd.decode(bytes("{\"reason\":\"later-word\",\"x\":1}")));
    }

    @Test
    void aLongMessageStillFits() {
        byte[] payload = new StreamEnd(StreamEnd.FAILED, "\u0001".repeat(5_000)).encode();
        assertTrue(FrameType.END.takes(payload.length), "bytes: " + payload.length);
    }

    @Test
    void everyTypeHasItsBounds() {
        assertFalse(FrameType.DATA.takes(0));
        assertTrue(FrameType.DATA.takes(64 * 1024));
        assertFalse(FrameType.DATA.takes(64 * 1024 + 1));
        assertFalse(FrameType.DATA.takes(0xffff_ffffL));
        assertFalse(FrameType.GAP.takes(7));
        assertFalse(FrameType.GAP.takes(9));
        assertTrue(FrameType.GAP.takes(16));
        assertFalse(FrameType.GAP.takes(24));
        assertTrue(FrameType.END.takes(0));
        assertFalse(FrameType.END.takes(4 * 1024 + 1));
        assertEquals(FrameType.END, FrameType.of(3).orElseThrow());
        assertTrue(FrameType.of(0).isEmpty());
        assertTrue(FrameType.of('{').isEmpty());
        assertThrows(IllegalArgumentException.class, () -> FrameType.DATA.frame(new byte[0], 0, 0));
    }
}
