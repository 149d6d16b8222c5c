package io.shipote.daemon;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The beginning and the end of what a program says, however much that is. */
final class Excerpt {
    /** Bytes kept of each. */
    static final int KEPT = 8 << 10;

    private final ByteArrayOutputStream first = new ByteArrayOutputStream();
    private byte[] last = {};
    private boolean cut;

    /** Takes all that is in the buffer. */
    void add(ByteBuffer bytes) {
        while (bytes.hasRemaining() && first.size() < KEPT) {
            first.write(bytes.get());
        }
        byte[] all = new byte[last.length + bytes.remaining()];
        System.arraycopy(last, 0, all, 0, last.length);
        bytes.get(all, last.length, bytes.remaining());
        int surplus = Math.max(0, all.length - KEPT);
        cut |= surplus > 0;
        last = java.util.Arrays.copyOfRange(all, surplus, all.length);
    }

    /** What was kept, with a line of dots where something is missing. */
    String text() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(first.toByteArray());
        if (cut) {
            all.writeBytes("\n...\n".getBytes(StandardCharsets.UTF_8));
        }
        all.writeBytes(last);
        return all.toString(StandardCharsets.UTF_8);
    }
}
