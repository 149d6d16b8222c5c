package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ExcerptTest {
    private final Excerpt excerpt = new Excerpt();

    private void add(String text) {
        excerpt.add(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void littleIsKeptWhole() {
        add("a".repeat(Excerpt.KEPT - 1));
        add("bcd");
        assertEquals("a".repeat(Excerpt.KEPT - 1) + "bcd", excerpt.text());
    }

    @Test
    void ofMuchTheBeginningAndTheEndAreKept() {
        add("begin\n");
        for (int i = 0; i < 1_000; i++) {
            add("[info] line " + i + " of many that nobody wants to see\n");
        }
        add("ok 0\n");
        String text = excerpt.text();
        assertTrue(text.startsWith("begin\n[info] line 0 "), text);
        assertTrue(text.endsWith(" of many that nobody wants to see\nok 0\n"), text);
        assertTrue(text.contains("\n...\n"), text);
        assertTrue(text.length() <= 2 * Excerpt.KEPT + 5);
    }
}
