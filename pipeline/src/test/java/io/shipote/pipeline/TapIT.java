package io.shipote.pipeline;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.Edge;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.ProcFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Taps of an edge between two threads. */
@Timeout(120)
class TapIT {
    private static final int MIB = 1 << 20;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final EdgeWatch.Ends NOBODY = new EdgeWatch.Ends(Optional.empty(), 1, Optional.empty(), 0);

    private final int openBefore = OpenPipes.count();
    private EpollLoop loop;
    private EdgeWatch watch;
    private Fd producer;
    private Fd consumer;
    private List<Pump> pumps = List.of();

    @BeforeEach
    void open() throws Exception {
        loop = new EpollLoop();
        List<String> labels = List.of("a", "b");
        Wiring wiring = Wiring.of(labels, List.of(Edge.of(0, 1)), WiringTest.tapped(1));
        Plumbing plumbing = Plumbing.open(wiring);
        producer = plumbing.stdout(0).orElseThrow().duplicate();
        consumer = plumbing.stdin(1).orElseThrow().duplicate();
        plumbing.childEndsClosed();
        pumps = plumbing.startPumps(loop);
        watch = new EdgeWatch(loop, loop, wiring, plumbing);
    }

    @AfterEach
    void nothingIsLeftOpen() {
        producer.close();
        consumer.close();
        pumps.forEach(Pump::close);
        await().atMost(SOON).until(() -> OpenPipes.count() == openBefore);
        loop.close();
        assertEquals(List.of(), loop.failures());
    }

    /** Keeps all that it is told, gaps as runs of one byte that the data does not hold. */
    private final class Keeper implements TapSink {
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private final CompletableFuture<byte[]> end = new CompletableFuture<>();
        private final CompletableFuture<Void> stuck = new CompletableFuture<>();
        private final boolean takes;
        private long lost;
        private long aboveRate;
        private Tap tap;

        Keeper(boolean takes) {
            this.takes = takes;
        }

        @Override
        public void data(ByteBuffer bytes) {
            int count = bytes.remaining();
            all.write(bytes.array(), bytes.position(), count);
            if (takes) {
                tap.taken(count);
            } else if (all.size() == Tap.WINDOW_BYTES) {
                stuck.complete(null);
            }
        }

        @Override
        public void gap(long bytes, long above) {
            lost += bytes;
            aboveRate += above;
            all.writeBytes(new byte[(int) bytes]);
        }

        @Override
        public void end() {
            end.complete(all.toByteArray());
        }
    }

    private Keeper tap(boolean takes, Tap.Options options) throws Exception {
        Keeper keeper = new Keeper(takes);
        CompletableFuture<Tap> attached = new CompletableFuture<>();
        loop.execute(() -> watch.tap(
                0,
                NOBODY,
                options,
                keeper,
                Answer.of(
                        tap -> {
                            keeper.tap = tap;
                            attached.complete(tap);
                        },
                        attached::completeExceptionally)));
        get(attached);
        return keeper;
    }

    /** Bytes of 1 to 127. */
    private static byte[] bytes(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (1 + (bytes[i] & 0x3f));
        }
        return bytes;
    }

    @Test
    void seesEverythingTheConsumerGetsOrIsToldHowMuchItMissed() throws Exception {
        byte[] bytes = bytes(1, 32 * MIB);
        Keeper first = tap(true, Tap.Options.PLAIN);
        Keeper second = tap(true, new Tap.Options(false, 4 * MIB));
        Feed feed = new Feed(producer, bytes, 50_000);
        assertArrayEquals(bytes, get(new Drain(consumer, 60_000).taken()));
        assertTrue(get(feed.delivered()));
        assertSameButForGaps(bytes, get(first.end), first.lost);
        assertSameButForGaps(bytes, get(second.end), second.lost);
    }

    private static void assertSameButForGaps(byte[] bytes, byte[] seen, long lost) {
        assertEquals(bytes.length, seen.length);
        long zeros = 0;
        for (int i = 0; i < seen.length; i++) {
            zeros += seen[i] == 0 ? 1 : 0;
            if (seen[i] != 0 && seen[i] != bytes[i]) {
                throw new AssertionError("byte " + i);
            }
        }
        assertEquals(lost, zeros);
    }

    @Test
    void aSinkThatTakesNothingSlowsNothingAndLosesTheRest() throws Exception {
        byte[] bytes = bytes(2, 16 * MIB);
        Keeper stuck = tap(false, Tap.Options.PLAIN);
        new Feed(producer, bytes, 50_000);
        assertArrayEquals(bytes, get(new Drain(consumer, 60_000).taken()));
        get(stuck.stuck);
        assertArrayEquals(Arrays.copyOf(bytes, Tap.WINDOW_BYTES), stuck.all.toByteArray());
        loop.execute(() -> stuck.tap.taken(Tap.WINDOW_BYTES));
        await().atMost(SOON).until(() -> stuck.all.size() == 2 * Tap.WINDOW_BYTES);
        loop.execute(stuck.tap::close);
    }

    /** The rate lets less through than the tap's pipe holds, so that nobody is too slow for it. */
    @Test
    void whatIsAboveTheRateIsNotCalledSlowness() throws Exception {
        byte[] bytes = bytes(7, 4 * MIB);
        Keeper rated = tap(true, new Tap.Options(false, 64 * 1024));
        Keeper stuck = tap(false, Tap.Options.PLAIN);
        new Feed(producer, bytes, 50_000);
        assertArrayEquals(bytes, get(new Drain(consumer, 60_000).taken()));
        assertSameButForGaps(bytes, get(rated.end), rated.lost);
        assertTrue(rated.lost > 0, "all of it passed");
        assertEquals(rated.lost, rated.aboveRate);
        get(stuck.stuck);
        for (int given = 0; given < bytes.length; given += Tap.WINDOW_BYTES) {
            loop.execute(() -> stuck.tap.taken(Tap.WINDOW_BYTES));
        }
        assertSameButForGaps(bytes, get(stuck.end), stuck.lost);
        assertTrue(stuck.lost > 0, "all of it fitted");
        assertEquals(0, stuck.aboveRate);
    }

    @Test
    void aReplayBeginsBeforeTheTap() throws Exception {
        byte[] before = bytes(3, MIB);
        byte[] after = bytes(4, MIB);
        CompletableFuture<Void> go = new CompletableFuture<>();
        Drain drain = new Drain(consumer, 60_000);
        new Feed(producer.duplicate(), before, 50_000).delivered().get(60, TimeUnit.SECONDS);
        await().atMost(SOON).until(() -> figures().bytes() == before.length);
        Keeper keeper = tap(true, new Tap.Options(true, 0));
        go.complete(null);
        new Feed(producer, after, 50_000);
        get(drain.taken());
        byte[] seen = get(keeper.end);
        int replayed = seen.length - after.length;
        assertTrue(replayed > 0 && replayed <= Tap.MAX_REPLAY_BYTES, "replayed " + replayed);
        byte[] expected = Arrays.copyOfRange(before, before.length - replayed, before.length + after.length);
        System.arraycopy(after, 0, expected, replayed, after.length);
        assertSameButForGaps(expected, seen, keeper.lost);
    }

    @Test
    void aTapTooManyIsRefusedAndAClosedOneMakesRoom() throws Exception {
        List<Keeper> keepers = new ArrayList<>();
        for (int i = 0; i < Tap.MAX_PER_EDGE; i++) {
            keepers.add(tap(true, Tap.Options.PLAIN));
        }
        ExecutionException refused = assertThrows(ExecutionException.class, () -> tap(true, Tap.Options.PLAIN));
        assertEquals(ErrorCode.LIMIT_EXCEEDED, ((ShipoteException) refused.getCause()).code());
        loop.execute(keepers.get(0).tap::close);
        tap(true, Tap.Options.PLAIN);
        assertEquals(Tap.MAX_PER_EDGE, figures().taps());
    }

    @Test
    void figuresTellBytesBacklogAndForHowLongTheWriterWaited() throws Exception {
        byte[] bytes = bytes(5, 4 * MIB);
        Feed feed = new Feed(producer, bytes, 50_000);
        await().atMost(SOON).until(() -> figures().blockedMs() > 0);
        EdgeFigures full = figures();
        assertTrue(full.backlogBytes() > full.pipeBytes() / 2, full::toString);
        assertTrue(full.bytes() >= full.backlogBytes(), full::toString);
        get(new Drain(consumer, 60_000).taken());
        assertTrue(get(feed.delivered()));
        EdgeFigures done = figures();
        assertEquals(bytes.length, done.bytes());
        assertEquals(0, done.backlogBytes());
    }

    private EdgeFigures figures() throws Exception {
        CompletableFuture<List<EdgeFigures>> seen = new CompletableFuture<>();
        watch.figures(List.of(NOBODY), seen::complete);
        return get(seen).get(0);
    }

    @Test
    void aDirectEdgeIsLookedIntoWithoutTakingAnything() throws Exception {
        Wiring direct = Wiring.of(List.of("a", "b"), List.of(Edge.of(0, 1)), WiringTest.options(1));
        byte[] bytes = bytes(6, 5_000);
        CompletableFuture<byte[]> seen = new CompletableFuture<>();
        try (Plumbing plumbing = Plumbing.open(direct)) {
            EdgeWatch own = new EdgeWatch(loop, loop, direct, plumbing);
            Fd in = plumbing.stdin(1).orElseThrow();
            plumbing.stdout(0).orElseThrow().write(ByteBuffer.wrap(bytes));
            EdgeWatch.Ends self = new EdgeWatch.Ends(
                    Optional.empty(),
                    1,
                    new ProcFiles().identity((int) ProcessHandle.current().pid()),
                    in.number());
            Tap[] tap = new Tap[1];
            loop.execute(() -> own.tap(
                    0,
                    self,
                    Tap.Options.PLAIN,
                    sample(seen),
                    Answer.of(t -> tap[0] = t, e -> seen.completeExceptionally(e))));
            assertArrayEquals(bytes, get(seen));
            assertTrue(tap[0].sampled());
            CompletableFuture<List<EdgeFigures>> figures = new CompletableFuture<>();
            own.figures(List.of(self), figures::complete);
            assertEquals(bytes.length, get(figures).get(0).backlogBytes());
            assertTrue(get(figures).get(0).estimated());
            ByteBuffer read = ByteBuffer.allocate(bytes.length);
            in.read(read);
            assertArrayEquals(bytes, read.array());
            loop.execute(tap[0]::close);
        }
    }

    private static TapSink sample(CompletableFuture<byte[]> seen) {
        return new TapSink() {
            @Override
            public void data(ByteBuffer bytes) {
                seen.complete(Arrays.copyOf(bytes.array(), bytes.remaining()));
            }

            @Override
            public void gap(long bytes, long aboveRate) {
                seen.completeExceptionally(new IOException("a sampled tap tells no gaps"));
            }

            @Override
            public void end() {
                seen.completeExceptionally(new IOException("it has ended"));
            }
        };
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }
}
