package io.shipote.pipeline.discern;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;
import org.mozilla.universalchardet.UniversalDetector;

/**
 * A sample read as text. What is cut off in the middle (a character, and for a sample from the middle of a stream the first
 * line) is left out.
 *
 * @param encoding the IANA name
 * @param certain whether the bytes prove the encoding; else it was guessed from how often bytes occur
 * @param whole whether nothing follows the text
 */
record Text(String text, String encoding, boolean certain, boolean whole) {
    /** Bytes of a character that may lie on either side of a cut. */
    private static final int MAX_CUT = 3;

    private static final int MARKS_PER_CONTROL = 50;

    /** Empty if it is no text. */
    static Optional<Text> of(Sample sample) {
        byte[] bytes = sample.bytes();
        Optional<Text> text = marked(sample);
        if (text.isEmpty()) {
            text = strict(sample, StandardCharsets.UTF_8, 0);
        }
        if (text.isEmpty() && !binary(bytes)) {
            text = guessed(sample);
        }
        return text.filter(Text::readable).map(t -> sample.fromStart() ? t : t.fromNextLine());
    }

    /** With a byte order mark. */
    private static Optional<Text> marked(Sample sample) {
        byte[] b = sample.bytes();
        if (b.length >= 3 && (b[0] & 0xff) == 0xef && (b[1] & 0xff) == 0xbb && (b[2] & 0xff) == 0xbf) {
            return strict(sample, StandardCharsets.UTF_8, 3);
        }
        if (b.length >= 2 && (b[0] & 0xff) == 0xff && (b[1] & 0xff) == 0xfe) {
            return strict(sample, StandardCharsets.UTF_16LE, 2);
        }
        if (b.length >= 2 && (b[0] & 0xff) == 0xfe && (b[1] & 0xff) == 0xff) {
            return strict(sample, StandardCharsets.UTF_16BE, 2);
        }
        return Optional.empty();
    }

    /** Decodes all of it, but for a character that a cut has halved. */
    private static Optional<Text> strict(Sample sample, Charset charset, int from) {
        byte[] bytes = sample.bytes();
        int begin = from;
        if (!sample.fromStart() && charset.equals(StandardCharsets.UTF_8)) {
            while (begin < Math.min(bytes.length, MAX_CUT) && (bytes[begin] & 0xc0) == 0x80) {
                begin++;
            }
        }
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes, begin, bytes.length - begin);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, out, false);
        if (result.isError()) {
            return Optional.empty();
        }
        String text = out.flip().toString();
        boolean ascii = charset.equals(StandardCharsets.UTF_8) && text.chars().allMatch(c -> c < 0x80);
        boolean halved = in.hasRemaining();
        if (halved && sample.whole() && ascii) {
            // The only character that is not ASCII, and not all of it: rather one of another encoding.
            return Optional.empty();
        }
        return Optional.of(new Text(text, ascii ? "US-ASCII" : charset.name(), true, sample.whole()));
    }

    private static Optional<Text> guessed(Sample sample) {
        UniversalDetector detector = new UniversalDetector();
        detector.handleData(sample.bytes());
        detector.dataEnd();
        String name = detector.getDetectedCharset();
        if (name == null) {
            return Optional.empty();
        }
        try {
            // Its last character may be cut, so that much may be replaced.
            String text = new String(sample.bytes(), Charset.forName(name));
            Charset.forName(name).newDecoder().decode(ByteBuffer.wrap(sample.bytes(), 0, even(sample.bytes().length)));
            return Optional.of(new Text(text, name, false, sample.whole()));
        } catch (IllegalCharsetNameException | UnsupportedCharsetException | CharacterCodingException e) {
            return Optional.empty();
        }
    }

    private static int even(int length) {
        return length - length % 2;
    }

    /** A NUL in what is not UTF-16 with a mark. */
    private static boolean binary(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }

    /** A terminal's colours are text; much else below the blank is not. */
    private boolean readable() {
        long controls = text.chars()
                .filter(c -> c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != 0x1b && c != '\b')
                .count();
        return !text.isEmpty() && text.indexOf('\0') < 0 && controls * MARKS_PER_CONTROL <= text.length();
    }

    private Text fromNextLine() {
        int end = text.indexOf('\n');
        return end < 0 ? this : new Text(text.substring(end + 1), encoding, certain, whole);
    }

    /** The lines that are all there. */
    String wholeLines() {
        if (whole) {
            return text;
        }
        return text.substring(0, text.lastIndexOf('\n') + 1);
    }
}
