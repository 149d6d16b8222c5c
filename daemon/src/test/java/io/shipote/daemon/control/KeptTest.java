package io.shipote.daemon.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shipote.card.CardJson;
import io.shipote.card.wire.Call;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What one program leaves of its connections is what the next one finds. */
class KeptTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        Call call = new Call(
                "io.shipote.Logs",
                (com.fasterxml.jackson.databind.node.ObjectNode) CardJson.parse(bytes("{\"target\":\"a\\u0000b\"}")),
                true,
                false,
                false);
        Kept full = new Kept(7, Optional.of(call), true, bytes("{\"me\0\u00ff"), bytes("rest\0"), false);
        Kept ending = new Kept(8, Optional.empty(), false, bytes(""), bytes("\3\0\0\0\0"), true);
        List<Kept> read = Kept.decode(Kept.encode(List.of(full, ending)));
        assertEquals(2, read.size());
        assertSame(full, read.get(0));
        assertSame(ending, read.get(1));
    }

    private static void assertSame(Kept expected, Kept read) {
        assertEquals(expected.descriptor(), read.descriptor());
        assertEquals(expected.call(), read.call());
        assertEquals(expected.early(), read.early());
        assertArrayEquals(expected.input(), read.input());
        assertArrayEquals(expected.output(), read.output());
        assertEquals(expected.ends(), read.ends());
    }

    @Test
    void whatIsNoCallIsNotBelieved() {
        IOException e =
                assertThrows(IOException.class, () -> Kept.decode(bytes("[{\"fd\":7,\"call\":{\"method\":3}}]")));
        assertEquals("a call that was left is none: method must be a string", e.getMessage());
    }
}
