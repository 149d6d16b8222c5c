package io.shipote.pipeline;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.CommandRef;
import io.shipote.card.DiscernPolicy;
import io.shipote.card.Edge;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Shape;
import io.shipote.card.U64;
import io.shipote.card.WorkspaceId;
import io.shipote.core.Answer;
import io.shipote.core.linux.Fd;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the card's {@code discern} asks of edges between threads: a rate, and how much is replayed. */
@Timeout(120)
class PolicyIT {
    private static final int KIB = 1 << 10;
    private static final Duration SOON = Duration.ofSeconds(60);

    private final int openBefore = OpenPipes.count();
    private final List<Fd> consumers = new ArrayList<>();
    private EpollLoop loop;
    private EdgeWatch watch;
    private Fd producer;

    @BeforeEach
    void open() {
        loop = new EpollLoop();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        await().atMost(SOON).until(() -> OpenPipes.count() == openBefore);
        loop.close();
        assertEquals(List.of(), loop.failures());
    }

    /** One producer and so many consumers, all edges tapped. */
    private void start(int count, long replayBytes, long rate) throws Exception {
        List<CommandRef> nodes = IntStream.rangeClosed(0, count)
                .mapToObj(i -> CommandRef.nativeCommand("s" + i, "x", List.of()))
                .toList();
        List<Edge> edges =
                IntStream.rangeClosed(1, count).mapToObj(to -> Edge.of(0, to)).toList();
        DiscernPolicy policy =
                new DiscernPolicy(U64.of(4_096), true, U64.of(32), U64.of(replayBytes), U64.of(rate), Shape.NEW);
        PipelineSpec spec = PipelineSpec.of("p", WorkspaceId.parse("01KR0Y2GP83CP3TKJZC1RR54R4"), nodes, edges);
        Wiring wiring = Wiring.of(spec.withDiscern(policy), true);
        Plumbing plumbing = Plumbing.open(wiring);
        producer = plumbing.stdout(0).orElseThrow().duplicate();
        for (int to = 1; to <= count; to++) {
            consumers.add(plumbing.stdin(to).orElseThrow().duplicate());
        }
        plumbing.childEndsClosed();
        plumbing.startPumps(loop);
        watch = new EdgeWatch(loop, loop, wiring, plumbing);
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    /** A second's worth goes at once, the rest takes three seconds. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void whatHasARateTakesItsTimeAndLosesNothing(int count) throws Exception {
        byte[] bytes = random(1_024 * KIB);
        long began = System.nanoTime();
        start(count, 0, 256 * KIB);
        new Feed(producer, bytes, 50_000);
        List<Drain> drains =
                consumers.stream().map(consumer -> new Drain(consumer, 60_000)).toList();
        for (Drain drain : drains) {
            assertArrayEquals(bytes, get(drain.taken()));
        }
        long tookMs = (System.nanoTime() - began) / 1_000_000;
        assertTrue(tookMs >= 2_900, "it took only " + tookMs + " ms");
    }

    @Test
    void noMoreIsReplayedThanTheCardSays() throws Exception {
        start(1, 10_000, 0);
        byte[] bytes = random(300 * KIB);
        CompletableFuture<Void> last = new CompletableFuture<>();
        Feed feed = new Feed(producer.duplicate(), bytes, 50_000);
        Drain drain = new Drain(consumers.get(0), 60_000);
        assertTrue(get(feed.delivered()));
        await().atMost(SOON).until(() -> passed() == bytes.length);
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        loop.execute(() -> watch.tap(
                0,
                new EdgeWatch.Ends(Optional.empty(), 1, Optional.empty(), 0),
                new Tap.Options(true, 0),
                new TapSink() {
                    @Override
                    public void data(ByteBuffer piece) {
                        seen.write(piece.array(), piece.position(), piece.remaining());
                    }

                    @Override
                    public void gap(long lost, long aboveRate) {
                        last.completeExceptionally(new AssertionError("lost " + lost));
                    }

                    @Override
                    public void end() {
                        last.complete(null);
                    }
                },
                Answer.of(tap -> producer.close(), last::completeExceptionally)));
        get(last);
        assertArrayEquals(Arrays.copyOfRange(bytes, bytes.length - 10_000, bytes.length), seen.toByteArray());
        assertArrayEquals(bytes, get(drain.taken()));
    }

    private long passed() throws Exception {
        CompletableFuture<List<EdgeFigures>> seen = new CompletableFuture<>();
        watch.figures(List.of(new EdgeWatch.Ends(Optional.empty(), 1, Optional.empty(), 0)), seen::complete);
        return get(seen).get(0).bytes();
    }
}
