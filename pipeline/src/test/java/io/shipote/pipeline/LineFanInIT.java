package io.shipote.pipeline;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.Edge;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two producers into one consumer, by lines. */
@Timeout(120)
class LineFanInIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private final int openBefore = OpenPipes.count();
    private EpollLoop loop;
    private Plumbing plumbing;
    private Fd one;
    private Fd two;
    private Fd out;

    @BeforeEach
    void open() throws Exception {
        loop = new EpollLoop();
        List<Edge> edges = List.of(Edge.of(0, 2), Edge.of(1, 2));
        plumbing = Plumbing.open(Wiring.of(List.of("a", "b", "c"), edges, WiringTest.options(2)));
        one = plumbing.stdout(0).orElseThrow().duplicate();
        two = plumbing.stdout(1).orElseThrow().duplicate();
        out = plumbing.stdin(2).orElseThrow().duplicate();
        plumbing.childEndsClosed();
        plumbing.startPumps(loop);
    }

    @AfterEach
    void nothingIsLeftOpen() {
        List.of(one, two, out).forEach(Fd::close);
        await().atMost(SOON).until(() -> OpenPipes.count() == openBefore);
        loop.close();
        assertEquals(List.of(), loop.failures());
    }

    private static void write(Fd to, String text) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private String read(int count) throws Exception {
        await().atMost(SOON).until(() -> Pipe.queuedBytes(out) >= count);
        assertEquals(count, Pipe.queuedBytes(out));
        ByteBuffer bytes = ByteBuffer.allocate(count);
        while (bytes.hasRemaining()) {
            out.read(bytes);
        }
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    @Test
    void theStartOfALineWaitsForItsEnd() throws Exception {
        write(one, "first ha");
        write(two, "other\n");
        assertEquals("other\n", read(6));
        write(one, "lf\nsecond ha");
        assertEquals("first half\n", read(11));
        write(two, "more\n");
        assertEquals("more\n", read(5));
        write(one, "lf\n");
        assertEquals("second half\n", read(12));
    }

    @Test
    void whatStandsThereAtTheEndOfAnInputIsPassedOn() throws Exception {
        write(one, "no end");
        write(two, "other\n");
        assertEquals("other\n", read(6));
        one.close();
        assertEquals("no end", read(6));
        two.close();
        assertEquals(-1, out.read(ByteBuffer.allocate(1)));
    }

    @Test
    void aLineThatIsTooLongGoesInPiecesWhichAreCounted() throws Exception {
        String line = "x".repeat(4 * Plumbing.PIPE_BYTES + 5) + "\n";
        CompletableFuture<byte[]> taken = new Drain(out.duplicate(), 10_000).taken();
        Feed feed = new Feed(one.duplicate(), line.getBytes(StandardCharsets.UTF_8), 10_000);
        assertTrue(feed.delivered().get(60, TimeUnit.SECONDS), () -> loop.failures()
                .toString());
        one.close();
        two.close();
        assertEquals(line.length(), taken.get(60, TimeUnit.SECONDS).length);
        CompletableFuture<Long> pieces = new CompletableFuture<>();
        Pump pump = plumbing.conduits().get(0).pump();
        loop.execute(() -> {
            try {
                pieces.complete(pump.figures(0).longLines());
            } catch (java.io.IOException e) {
                pieces.completeExceptionally(e);
            }
        });
        assertTrue(pieces.get(60, TimeUnit.SECONDS) >= 1);
    }

    @Test
    void theDeathOfTheConsumerEndsBothProducers() throws Exception {
        out.close();
        assertFalse(new Feed(one, new byte[1 << 20], 10_000).delivered().get(60, TimeUnit.SECONDS));
        assertFalse(new Feed(two, new byte[1 << 20], 10_000).delivered().get(60, TimeUnit.SECONDS));
    }
}
