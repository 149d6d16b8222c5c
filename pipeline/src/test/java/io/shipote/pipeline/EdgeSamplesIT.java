package io.shipote.pipeline;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.ProcFiles;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bytes of an edge are kept or looked at, so that somebody can tell what they are. */
@Timeout(120)
class EdgeSamplesIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final EdgeWatch.Ends NOBODY = new EdgeWatch.Ends(Optional.empty(), 1, Optional.empty(), 0);
    private static final List<String> LABELS = List.of("a", "b", "c");
    private static final byte[] BYTES = new byte[2_000_000];

    static {
        new Random(9).nextBytes(BYTES);
        for (int i = 99; i < BYTES.length; i += 100) {
            BYTES[i] = '\n';
        }
    }

    private final int openBefore = OpenPipes.count();
    private final Map<Integer, Fd> outputs = new HashMap<>();
    private final Map<Integer, Fd> inputs = new HashMap<>();
    private EpollLoop loop;
    private Plumbing plumbing;
    private EdgeWatch watch;

    @BeforeEach
    void open() {
        loop = new EpollLoop();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        outputs.values().forEach(Fd::close);
        inputs.values().forEach(Fd::close);
        plumbing.close();
        await().atMost(SOON).until(() -> OpenPipes.count() == openBefore);
        loop.close();
        assertEquals(List.of(), loop.failures());
    }

    private void start(List<Edge> edges, List<EdgeOptions> options) throws Exception {
        Wiring wiring = Wiring.of(LABELS, edges, options);
        plumbing = Plumbing.open(wiring);
        for (int node = 0; node < LABELS.size(); node++) {
            if (plumbing.stdout(node).isPresent()) {
                outputs.put(node, plumbing.stdout(node).get().duplicate());
            }
            if (plumbing.stdin(node).isPresent()) {
                inputs.put(node, plumbing.stdin(node).get().duplicate());
            }
        }
        plumbing.childEndsClosed();
        plumbing.startPumps(loop);
        watch = new EdgeWatch(loop, loop, wiring, plumbing);
    }

    private List<Optional<EdgeSample>> samples(int edges, boolean waiting) throws Exception {
        CompletableFuture<List<Optional<EdgeSample>>> seen = new CompletableFuture<>();
        watch.samples(Collections.nCopies(edges, NOBODY), waiting, seen::complete);
        return seen.get(60, TimeUnit.SECONDS);
    }

    private EdgeSample first(int edges, int edge) throws Exception {
        return samples(edges, false).get(edge).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(ints = {50, 5_000, 300_000})
    void aTappedEdgeKeepsItsFirstBytesAndNoDescriptor(int piece) throws Exception {
        start(List.of(Edge.of(0, 1)), WiringTest.tapped(1));
        int before = OpenPipes.count();
        assertEquals(List.of(Optional.empty()), samples(1, false), "nothing has passed");
        Feed feed = new Feed(outputs.get(0), BYTES, piece);
        assertArrayEquals(BYTES, new Drain(inputs.get(1), 70_000).taken().get(60, TimeUnit.SECONDS));
        assertTrue(feed.delivered().get(60, TimeUnit.SECONDS));
        EdgeSample seen = first(1, 0);
        byte[] bytes = seen.sample().bytes();
        assertTrue(bytes.length > 0 && bytes.length <= HeadSample.MAX_BYTES, "kept " + bytes.length);
        assertArrayEquals(Arrays.copyOf(BYTES, bytes.length), bytes);
        assertFalse(seen.peeked() || seen.sample().whole() || !seen.sample().fromStart(), seen::toString);
        assertTrue(OpenPipes.count() < before, "the edge has ended");
    }

    @Test
    void eachWayOfAFanOutAndOfAFanInHasItsOwn() throws Exception {
        start(List.of(Edge.of(0, 1), Edge.of(0, 2)), WiringTest.options(2));
        outputs.get(0).write(ByteBuffer.wrap(BYTES, 0, 1_000));
        await().atMost(SOON).until(() -> samples(2, false).stream().allMatch(Optional::isPresent));
        for (int edge = 0; edge < 2; edge++) {
            EdgeSample seen = first(2, edge);
            assertArrayEquals(Arrays.copyOf(BYTES, 1_000), seen.sample().bytes());
            assertFalse(seen.sample().whole(), "more may come");
        }
        outputs.get(0).close();
        await().atMost(SOON).until(() -> first(2, 0).sample().whole());
    }

    @Test
    void aFanInByLinesKeepsThoseOfEachInput() throws Exception {
        start(List.of(Edge.of(0, 2), Edge.of(1, 2)), WiringTest.options(2));
        outputs.get(0).write(ByteBuffer.wrap(BYTES, 0, 1_000));
        outputs.get(1).write(ByteBuffer.wrap(BYTES, 1_000, 500));
        await().atMost(SOON).until(() -> samples(2, false).stream().allMatch(Optional::isPresent));
        assertArrayEquals(Arrays.copyOf(BYTES, 1_000), first(2, 0).sample().bytes());
        assertArrayEquals(
                Arrays.copyOfRange(BYTES, 1_000, 1_500), first(2, 1).sample().bytes());
    }

    @Test
    void whatWaitsIsCopiedAndStays() throws Exception {
        start(List.of(Edge.of(0, 1)), WiringTest.tapped(1));
        outputs.get(0).write(ByteBuffer.wrap(BYTES, 0, 1_000));
        await().atMost(SOON).until(() -> samples(1, false).get(0).isPresent());
        // The edge's own pipe is empty by now: its bytes are at the consumer's door.
        assertFalse(samples(1, true).get(0).orElseThrow().peeked());
        ByteBuffer read = ByteBuffer.allocate(1_000);
        while (read.hasRemaining()) {
            inputs.get(1).read(read);
        }
        assertArrayEquals(Arrays.copyOf(BYTES, 1_000), read.array());
    }

    @Test
    void aDirectEdgeIsLookedInto() throws Exception {
        start(List.of(Edge.of(0, 1)), WiringTest.options(1));
        EdgeWatch.Ends self = new EdgeWatch.Ends(
                Optional.empty(),
                1,
                new ProcFiles().identity((int) ProcessHandle.current().pid()),
                inputs.get(1).number());
        CompletableFuture<List<Optional<EdgeSample>>> empty = new CompletableFuture<>();
        watch.samples(List.of(self), false, empty::complete);
        assertEquals(List.of(Optional.empty()), empty.get(60, TimeUnit.SECONDS));
        outputs.get(0).write(ByteBuffer.wrap(BYTES, 0, 30_000));
        CompletableFuture<List<Optional<EdgeSample>>> some = new CompletableFuture<>();
        watch.samples(List.of(self), false, some::complete);
        EdgeSample seen = some.get(60, TimeUnit.SECONDS).get(0).orElseThrow();
        assertTrue(seen.peeked());
        assertArrayEquals(
                Arrays.copyOf(BYTES, HeadSample.MAX_BYTES), seen.sample().bytes());
    }
}
