package io.shipote.core.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PipeIT {
    private static final int CHUNK = 64 * 1024;

    @Test
    void bytesAreTheSameAfterTeeAndSplice() throws IOException {
        byte[] random = new byte[3 * 1024 * 1024 + 17];
        new Random(7).nextBytes(random);
        ByteBuffer source = ByteBuffer.wrap(random);
        ByteArrayOutputStream forwarded = new ByteArrayOutputStream();
        ByteArrayOutputStream tapped = new ByteArrayOutputStream();
        try (Pipe in = Pipe.open();
                Pipe tap = Pipe.open();
                Pipe out = Pipe.open()) {
            while (source.hasRemaining()) {
                ByteBuffer piece = source.slice();
                piece.limit(Math.min(piece.limit(), 1 + source.position() % CHUNK));
                source.position(source.position() + in.writeEnd().write(piece));
                while (Splice.readable(in.readEnd())) {
                    long copied = Splice.tee(in.readEnd(), tap.writeEnd(), CHUNK);
                    assertEquals(copied, Splice.splice(in.readEnd(), out.writeEnd(), copied));
                    drain(tap, tapped);
                    drain(out, forwarded);
                }
            }
            in.writeEnd().close();
            assertTrue(Splice.hungUp(in.readEnd()));
            assertEquals(0, Splice.splice(in.readEnd(), out.writeEnd(), CHUNK), "the end");
        }
        assertArrayEquals(random, forwarded.toByteArray());
        assertArrayEquals(random, tapped.toByteArray());
    }

    private static void drain(Pipe pipe, ByteArrayOutputStream to) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        while (Pipe.queuedBytes(pipe.readEnd()) > 0) {
            int got = pipe.readEnd().read(buffer.clear());
            to.write(buffer.array(), 0, got);
        }
    }

    @Test
    void emptyFullAndBrokenAreTold() throws IOException {
        try (Pipe in = Pipe.open();
                Pipe out = Pipe.open()) {
            assertEquals(Splice.AGAIN, Splice.splice(in.readEnd(), out.writeEnd(), CHUNK));
            assertFalse(Splice.readable(in.readEnd()));
            assertTrue(Splice.writable(out.writeEnd()));

            out.writeEnd().write(ByteBuffer.allocate(Pipe.capacity(out.writeEnd())));
            in.writeEnd().write(ByteBuffer.allocate(10));
            assertFalse(Splice.writable(out.writeEnd()));
            assertEquals(Splice.AGAIN, Splice.splice(in.readEnd(), out.writeEnd(), CHUNK));
            assertEquals(Splice.AGAIN, Splice.tee(in.readEnd(), out.writeEnd(), CHUNK));
            assertEquals(10, Pipe.queuedBytes(in.readEnd()));

            out.readEnd().close();
            assertTrue(Splice.hungUp(out.writeEnd()));
            assertFalse(Splice.writable(out.writeEnd()));
            assertEquals(Splice.BROKEN, Splice.splice(in.readEnd(), out.writeEnd(), CHUNK));
            assertEquals(Splice.BROKEN, Splice.tee(in.readEnd(), out.writeEnd(), CHUNK));
        }
    }

    @Test
    void capacityCanBeChangedUpToTheLimit() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            assertEquals(256 * 1024, pipe.resize(200 * 1024));
            assertEquals(256 * 1024, Pipe.capacity(pipe.writeEnd()));
            pipe.writeEnd().write(ByteBuffer.allocate(128 * 1024));
            assertEquals(256 * 1024, pipe.resize(4096), "more is queued");
        }
    }

    @Test
    void capacityBeyondTheLimitGivesTheRealOne() throws IOException {
        try (Pipe pipe = Pipe.open()) {
            int real = pipe.resize(512 * 1024 * 1024);
            assertEquals(real, Pipe.capacity(pipe.readEnd()));
        }
    }

    @Test
    void descriptorsCloseOnce() throws IOException {
        Pipe pipe = Pipe.open();
        Fd copy = pipe.writeEnd().duplicate();
        pipe.close();
        pipe.close();
        assertFalse(pipe.readEnd().isOpen());
        assertThrows(IllegalStateException.class, () -> pipe.readEnd().number());
        assertTrue(copy.isOpen());
        ErrnoException broken = assertThrows(ErrnoException.class, () -> copy.write(ByteBuffer.wrap(new byte[] {1})));
        assertEquals(Errno.EPIPE, broken.errno());
        copy.close();
    }
}
