package io.shipote.card;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CardJsonTest {
    private static CardSyntaxException refusal(byte[] text) {
        return assertThrows(CardSyntaxException.class, () -> CardJson.parse(text));
    }

    @Test
    void faultHasLineAndColumn() {
        CardSyntaxException fault = refusal(Cards.utf8("{\n  \"a\": 1,\n  \"b\": x\n}"));
        assertEquals(3, fault.line());
        assertEquals(8, fault.column());
        assertTrue(fault.getMessage().startsWith("line 3, column 8: "), fault.getMessage());
    }

    @Test
    void duplicateKeysAreRefusedAtAnyDepth() {
        assertEquals(2, refusal(Cards.utf8("{\"x\":\n{\"a\":1,\"a\":2}}")).line());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "{",
                "[1,",
                "[1] 2",
                "{} {}",
                "'a'",
                "nul",
                "01",
                "+1",
                ".5",
                "NaN",
                "[1,]",
                "{\"a\":1,}",
                "\"\t\"",
                "\"\\x\"",
                "\"\\ud800\"",
                "\"\\udc00\\ud800\"",
                "\"\\udc00\\udc00\"",
                "\"\\ud800\\ud800\"",
                "{\"\\ud800\":1}",
                "// c\n1",
                "\ufeff{}"
            })
    void whatIsNoJsonIsRefused(String text) {
        refusal(Cards.utf8(text));
    }

    @Test
    void bytesThatAreNoUtf8AreRefusedWithTheirPlace() {
        byte[][] bad = {
            {(byte) 0xC0, (byte) 0x80}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {(byte) 0xFF}, {(byte) 0xC3}
        };
        for (byte[] bytes : bad) {
            byte[] head = Cards.utf8("[\n\"ab");
            byte[] text = Arrays.copyOf(head, head.length + bytes.length + 2);
            System.arraycopy(bytes, 0, text, head.length, bytes.length);
            text[text.length - 2] = '"';
            text[text.length - 1] = ']';
            CardSyntaxException fault = refusal(text);
            assertEquals(2, fault.line());
            assertEquals(4, fault.column());
        }
        assertEquals(1, refusal(new byte[] {'"', (byte) 0xC3}).line());
    }

    @Test
    void longTextOfManyBytesIsRead() {
        String text = "ñ✓\ud83d\ude00".repeat(5000);
        assertEquals(text, CardJson.parse(Cards.utf8("\"" + text + "\"")).textValue());
        assertEquals(
                "\ud83d\ude00", CardJson.parse(Cards.utf8("\"\\ud83d\\ude00\"")).textValue());
    }

    @Test
    void depthIsBounded() {
        String deep = "[".repeat(CardJson.MAX_DEPTH) + "]".repeat(CardJson.MAX_DEPTH);
        assertEquals(deep, CardText.compact(CardJson.parse(Cards.utf8(deep))));
        refusal(Cards.utf8("[" + deep + "]"));
    }
}
