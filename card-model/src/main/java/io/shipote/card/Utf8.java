package io.shipote.card;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8; the JSON parser alone would let overlong forms and lone surrogates pass. */
public final class Utf8 {
    private static final int CHUNK = 4096;

    private Utf8() {}

    /** @throws CardSyntaxException with the place of the first byte that is not UTF-8 */
    public static void require(byte[] text) {
        int firstHigh = 0;
        while (firstHigh < text.length && text[firstHigh] >= 0) {
            firstHigh++;
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(text, firstHigh, text.length - firstHigh);
        CharBuffer out = CharBuffer.allocate(Math.min(CHUNK, text.length - firstHigh + 1));
        CoderResult result = decoder.decode(in, out, true);
        while (result.isOverflow()) {
            out.clear();
            result = decoder.decode(in, out, true);
        }
        if (result.isError()) {
            throw fault(text, in.position(), "a byte that is not UTF-8");
        }
    }

    /** A fault at an offset, which is turned into line and column. */
    public static CardSyntaxException fault(byte[] text, int offset, String reason) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < offset; i++) {
            column++;
            if (text[i] == '\n') {
                line++;
                column = 1;
            }
        }
        return new CardSyntaxException(line, column, reason, null);
    }

    /** Whether each surrogate of a text is one half of a pair, so that the text has a UTF-8 form. */
    static boolean hasForm(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isLowSurrogate(c)
                    || i + 1 == text.length()
                    || !Character.isLowSurrogate(text.charAt(i + 1))) {
                return false;
            }
            i++;
        }
        return true;
    }
}
