package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.linux.Pipe;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A feed into a real pipe; its events come when the test says so. */
class PipeFeedIT {
    private static final int CHUNK = 64 * 1024;

    private final ManualLoop loop = new ManualLoop();
    private final List<String> told = new ArrayList<>();
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private Pipe pipe;
    private PipeFeed feed;

    @BeforeEach
    void open() throws IOException {
        pipe = Pipe.open();
        feed = new PipeFeed(loop, pipe.writeEnd(), new PipeFeed.Listener() {
            @Override
            public void full(boolean now) {
                told.add(now ? "full" : "room");
            }

            @Override
            public void over(boolean complete) {
                told.add(complete ? "complete" : "broken");
            }
        });
    }

    @AfterEach
    void close() {
        feed.close();
        pipe.close();
        assertFalse(pipe.writeEnd().isOpen());
        assertEquals(List.of(), loop.watches());
    }

    private void event() {
        loop.watches().forEach(ManualLoop.FakeWatch::fire);
    }

    /** Reads what is there; false at the end. */
    private boolean readSome() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        if (Pipe.queuedBytes(pipe.readEnd()) == 0 && pipe.writeEnd().isOpen()) {
            return true;
        }
        int count = pipe.readEnd().read(buffer);
        if (count > 0) {
            read.write(buffer.array(), 0, count);
        }
        return count >= 0;
    }

    @Test
    void allBytesArriveInOrderHoweverSlowTheReader() throws IOException {
        byte[] content = new byte[2_000_003];
        new Random(7).nextBytes(content);
        for (int at = 0; at < content.length; at += 10_007) {
            feed.add(java.util.Arrays.copyOfRange(content, at, Math.min(content.length, at + 10_007)));
        }
        assertEquals(List.of("full"), told);
        feed.finish();
        while (readSome()) {
            event();
        }
        assertArrayEquals(content, read.toByteArray());
        assertEquals("complete", told.get(told.size() - 1));
        assertTrue(told.contains("room"));
        assertEquals(0, feed.waitingBytes());
    }

    @Test
    void anEndWithNothingBeforeItClosesThePipe() throws IOException {
        feed.finish();
        assertTrue(feed.isOver());
        assertEquals(List.of("complete"), told);
        assertFalse(readSome());
    }

    @Test
    void aReaderThatLeavesIsToldOnce() {
        feed.add(new byte[10]);
        pipe.readEnd().close();
        event();
        feed.add(new byte[10]);
        feed.finish();
        assertEquals(List.of("broken"), told);
        assertEquals(0, feed.waitingBytes());
    }

    @Test
    void aReaderThatLeavesWhileBytesWaitIsToldToo() {
        feed.add(new byte[PipeFeed.FULL_BYTES + CHUNK]);
        pipe.readEnd().close();
        event();
        assertEquals(List.of("full", "broken"), told);
    }

    @Test
    void smallPiecesCountForMoreThanTheirBytes() throws IOException {
        feed.add(new byte[Pipe.capacity(pipe.writeEnd())]);
        for (int i = 0; i < 4_000; i++) {
            feed.add(new byte[1]);
        }
        assertEquals(List.of("full"), told);
        assertEquals(4_000, feed.waitingBytes());
    }
}
