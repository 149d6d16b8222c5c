package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A fan-out between real pipes over a real epoll. */
@Timeout(120)
class FanOutIT {
    private static final int MIB = 1 << 20;
    private static final CompletableFuture<Void> AT_ONCE = CompletableFuture.completedFuture(null);

    private final int openBefore = OpenPipes.count();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final List<Fd> consumers = new ArrayList<>();
    private EpollLoop loop;
    private Fd trunk;
    private Fd producer;
    private FanOut pump;

    @BeforeEach
    void open() {
        loop = new EpollLoop();
    }

    @AfterEach
    void nothingIsLeftOpen() throws Exception {
        get(done);
        loop.close();
        assertEquals(List.of(), loop.failures());
        assertEquals(openBefore, OpenPipes.count());
    }

    @Test
    void givesEachConsumerEveryByteAtItsOwnSpeed() throws Exception {
        byte[] bytes = random(1, 64 * MIB);
        start(3);
        Feed feed = new Feed(producer, bytes, 100_000);
        List<Drain> drains = List.of(drain(0, 1_000), drain(1, 4_096), drain(2, 200_000));
        for (Drain drain : drains) {
            assertArrayEquals(bytes, get(drain.taken()));
        }
        assertTrue(get(feed.delivered()));
        get(done);
        Pump.Branch all = new Pump.Branch(bytes.length, false);
        assertEquals(List.of(all, all, all), snapshot().branches());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void theDeathOfOneIsNothingToTheOthers(int dying) throws Exception {
        byte[] bytes = random(2, 16 * MIB);
        start(3);
        Feed feed = new Feed(producer, bytes, 70_000);
        List<Drain> drains = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            drains.add(new Drain(consumers.get(i), 3_000 * (i + 1), i == dying ? MIB + 17 : Long.MAX_VALUE, AT_ONCE));
        }
        for (int i = 0; i < 3; i++) {
            byte[] expected = i == dying ? Arrays.copyOf(bytes, MIB + 17) : bytes;
            assertArrayEquals(expected, get(drains.get(i).taken()));
        }
        assertTrue(get(feed.delivered()));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void theDeathOfTheSlowestFreesThoseAhead(int slow) throws Exception {
        byte[] bytes = random(3, 4 * MIB);
        start(3);
        Feed feed = new Feed(producer, bytes, 70_000);
        // The others get a lead over it and stand still.
        CompletableFuture<Void> die = new CompletableFuture<>();
        List<Drain> drains = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            drains.add(i == slow ? new Drain(consumers.get(i), 1, 0, die) : drain(i, 5_000));
        }
        awaitLead((slow + 1) % 3, slow);
        awaitLead((slow + 2) % 3, slow);
        die.complete(null);
        for (int i = 0; i < 3; i++) {
            assertArrayEquals(i == slow ? new byte[0] : bytes, get(drains.get(i).taken()));
        }
        assertTrue(get(feed.delivered()));
    }

    @Test
    void theSlowestHoldsUpTheProducer() throws Exception {
        byte[] bytes = random(4, 4 * MIB);
        start(2);
        Feed feed = new Feed(producer, bytes, 70_000);
        CompletableFuture<Void> go = new CompletableFuture<>();
        Drain quick = drain(0, 50_000);
        Drain slow = new Drain(consumers.get(1), 50_000, Long.MAX_VALUE, go);
        awaitLead(0, 1);
        assertTrue(snapshot().branches().get(0).bytes() <= 2 * Plumbing.PIPE_BYTES);
        assertFalse(feed.delivered().isDone());
        go.complete(null);
        assertArrayEquals(bytes, get(quick.taken()));
        assertArrayEquals(bytes, get(slow.taken()));
    }

    @Test
    void theEndReachesThoseWhoHaveAllBeforeTheLaggard() throws Exception {
        byte[] bytes = random(5, 50_000);
        byte[] before = new byte[Plumbing.PIPE_BYTES];
        List<Fd> outs = open(3, Plumbing.PIPE_BYTES);
        // All is in the trunk, and the laggard has no room, before the pump begins.
        outs.get(1).write(ByteBuffer.wrap(before));
        assertTrue(get(new Feed(producer, bytes, 4_096).delivered()));
        start(outs);
        Drain first = drain(0, 10_000);
        Drain third = drain(2, 10_000);
        CompletableFuture<Void> othersEnded = CompletableFuture.allOf(first.taken(), third.taken());
        Drain laggard = new Drain(consumers.get(1), 10_000, Long.MAX_VALUE, othersEnded);
        assertArrayEquals(bytes, get(first.taken()));
        assertArrayEquals(bytes, get(third.taken()));
        byte[] late = get(laggard.taken());
        assertArrayEquals(bytes, Arrays.copyOfRange(late, before.length, late.length));
    }

    @Test
    void goesOnByItselfAfterATurnThatWasCutShort() throws Exception {
        // More than some turns may move, and no event after the first: nobody's pipe is ever full.
        byte[] bytes = random(6, 200_000);
        List<Fd> outs = open(40, Plumbing.PIPE_BYTES);
        assertTrue(get(new Feed(producer, bytes, 4_096).delivered()));
        start(outs);
        get(done);
        for (int i = 0; i < 40; i++) {
            assertArrayEquals(bytes, get(drain(i, 50_000).taken()));
        }
    }

    @Test
    void withoutConsumersTheProducerGetsABrokenPipe() throws Exception {
        start(3);
        Feed feed = new Feed(producer, new byte[64 * MIB], 100_000);
        for (Fd consumer : consumers) {
            new Drain(consumer, 4_096, 300_000, AT_ONCE);
        }
        assertFalse(get(feed.delivered()));
    }

    @Test
    void seesTheDeathOfItsConsumersWhileNothingFlows() throws Exception {
        start(2);
        consumers.forEach(Fd::close);
        get(done);
        assertFalse(get(new Feed(producer, new byte[1], 1).delivered()));
    }

    @Test
    void closesAnEmptyStreamAtOnce() throws Exception {
        start(2);
        producer.close();
        assertEquals(0, get(drain(0, 10).taken()).length);
        assertEquals(0, get(drain(1, 10).taken()).length);
    }

    @Test
    void closeEndsItInTheMiddle() throws Exception {
        start(2);
        Feed feed = new Feed(producer, new byte[64 * MIB], 100_000);
        Drain one = new Drain(consumers.get(0), 100, Long.MAX_VALUE, done);
        Drain other = drain(1, 1_000);
        pump.close();
        pump.close();
        assertFalse(get(feed.delivered()));
        get(one.taken());
        get(other.taken());
    }

    @Test
    void holdsForAnyMixOfSizesSpeedsAndDeaths() throws Exception {
        done.complete(null);
        for (int seed = 0; seed < 60; seed++) {
            int openThen = OpenPipes.count();
            round(seed);
            assertEquals(openThen, OpenPipes.count(), "seed " + seed);
        }
    }

    private void round(int seed) throws Exception {
        Random random = new Random(seed);
        byte[] bytes = random(seed, random.nextInt(3 * MIB));
        consumers.clear();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        int count = 1 + random.nextInt(5);
        start(open(count, random.nextBoolean() ? Plumbing.PIPE_BYTES : 4_096 << random.nextInt(6)));
        pump.onDone(() -> ended.complete(null));
        long[] enough = new long[count];
        List<Drain> drains = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            enough[i] = random.nextInt(3) == 0 ? random.nextInt(bytes.length + 1) : Long.MAX_VALUE;
            drains.add(
                    new Drain(consumers.get(i), 1 + random.nextInt(1 << (4 + random.nextInt(14))), enough[i], AT_ONCE));
        }
        Feed feed = new Feed(producer, bytes, 1 + random.nextInt(1 << (4 + random.nextInt(14))));
        for (int i = 0; i < count; i++) {
            byte[] expected = enough[i] < bytes.length ? Arrays.copyOf(bytes, (int) enough[i]) : bytes;
            assertArrayEquals(expected, get(drains.get(i).taken()), "seed " + seed + " consumer " + i);
        }
        get(feed.delivered());
        get(ended);
    }

    private void start(int count) throws Exception {
        start(open(count, Plumbing.PIPE_BYTES));
    }

    private void start(List<Fd> outs) throws Exception {
        List<Pipe> shares = new ArrayList<>();
        for (int i = 0; i < outs.size(); i++) {
            shares.add(pipe(Plumbing.PIPE_BYTES));
        }
        Fd sink = Fd.open(Path.of("/dev/null"), Fd.Access.WRITE);
        pump = new FanOut(loop, trunk, outs, pipe(Plumbing.PIPE_BYTES), shares, sink);
        pump.onDone(() -> done.complete(null));
        pump.start();
    }

    private List<Fd> open(int count, int pipeBytes) throws Exception {
        Pipe first = pipe(pipeBytes);
        trunk = first.readEnd();
        producer = first.writeEnd();
        List<Fd> outs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Pipe branch = pipe(pipeBytes);
            outs.add(branch.writeEnd());
            consumers.add(branch.readEnd());
        }
        return outs;
    }

    /** Returns once the quick one has been given more than the slow one. */
    private void awaitLead(int quick, int slow) throws Exception {
        Pump.Snapshot seen = snapshot();
        while (seen.branches().get(quick).bytes() <= seen.branches().get(slow).bytes()) {
            seen = snapshot();
        }
    }

    private static Pipe pipe(int bytes) throws Exception {
        Pipe pipe = Pipe.open();
        pipe.resize(bytes);
        return pipe;
    }

    private Drain drain(int consumer, int piece) {
        return new Drain(consumers.get(consumer), piece);
    }

    private Pump.Snapshot snapshot() throws Exception {
        CompletableFuture<Pump.Snapshot> seen = new CompletableFuture<>();
        pump.snapshot(seen::complete);
        return get(seen);
    }

    private static byte[] random(int seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }
}
