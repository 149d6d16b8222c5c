package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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

/** A fan-in between real pipes over a real epoll. */
@Timeout(120)
class FanInIT {
    private static final CompletableFuture<Void> AT_ONCE = CompletableFuture.completedFuture(null);

    private final int openBefore = OpenPipes.count();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final List<Fd> producers = new ArrayList<>();
    private EpollLoop loop;
    private Fd consumer;
    private FanIn pump;

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
    void keepsEveryLineWholeAndEachInputInItsOrder() throws Exception {
        int lines = 50_000;
        start(5);
        for (int input = 0; input < 5; input++) {
            // Widths that do not divide a page: whole all the same.
            int width = 37 + 61 * input;
            new Feed(producers.get(input), lines(input, lines, width), width);
        }
        byte[] all = get(new Drain(consumer, 7_001).taken());
        int[] next = new int[5];
        for (String line : new String(all, StandardCharsets.US_ASCII).split("\n")) {
            int input = line.charAt(0) - '0';
            assertEquals(line(input, next[input]++, 37 + 61 * input), line + "\n");
        }
        for (int count : next) {
            assertEquals(lines, count);
        }
    }

    @Test
    void keepsTheBytesOfEachInputInOrder() throws Exception {
        start(4);
        List<byte[]> inputs = new ArrayList<>();
        for (int input = 0; input < 4; input++) {
            // The two high bits tell the input.
            byte[] bytes = new byte[3_000_000 + 77_777 * input];
            new Random(input).nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) (bytes[i] & 0x3F | input << 6);
            }
            inputs.add(bytes);
            new Feed(producers.get(input), bytes, 10_000 * (input + 1));
        }
        byte[] all = get(new Drain(consumer, 30_000).taken());
        int[] at = new int[4];
        byte[][] parts = new byte[4][];
        for (int input = 0; input < 4; input++) {
            parts[input] = new byte[inputs.get(input).length];
        }
        for (byte one : all) {
            int input = (one & 0xFF) >> 6;
            parts[input][at[input]++] = one;
        }
        for (int input = 0; input < 4; input++) {
            assertEquals(inputs.get(input).length, at[input]);
            assertArrayEquals(inputs.get(input), parts[input]);
        }
        get(done);
        for (int input = 0; input < 4; input++) {
            assertEquals(
                    new Pump.Branch(inputs.get(input).length, false),
                    snapshot().branches().get(input));
        }
    }

    @Test
    void givesEachInputItsShareOfASlowConsumer() throws Exception {
        int page = 4_096;
        List<Fd> ins = open(3);
        // All is there before the pump begins: who comes next is its choice alone.
        for (int input = 0; input < 3; input++) {
            byte[] bytes = new byte[60 * page];
            Arrays.fill(bytes, (byte) input);
            assertTrue(get(new Feed(producers.get(input), bytes, page).delivered()));
        }
        start(ins, page);
        int[] pages = new int[3];
        ByteBuffer buffer = ByteBuffer.allocate(page);
        for (int taken = 1; taken <= 60; taken++) {
            consumer.read(buffer.clear());
            assertEquals(page, buffer.position());
            pages[buffer.get(0)]++;
            // Room for one page at a time: the next is given before we go on.
            while (moved() < (taken + 1) * page) {
                Thread.onSpinWait();
            }
        }
        consumer.close();
        // Which of them comes first is not settled, so one may be a turn ahead of another.
        for (int taken : pages) {
            assertEquals(20, taken, 1, () -> Arrays.toString(pages));
        }
    }

    @Test
    void theConsumersDeathReachesEveryProducer() throws Exception {
        start(3);
        List<Feed> feeds = new ArrayList<>();
        producers.forEach(producer -> feeds.add(new Feed(producer, new byte[16 << 20], 5_000)));
        new Drain(consumer, 4_096, 1_000_000, AT_ONCE);
        for (Feed feed : feeds) {
            assertFalse(get(feed.delivered()));
        }
    }

    @Test
    void seesTheDeathOfItsConsumerWhileNothingFlows() throws Exception {
        start(2);
        consumer.close();
        get(done);
        for (Fd producer : producers) {
            assertFalse(get(new Feed(producer, new byte[1], 1).delivered()));
        }
    }

    @Test
    void endsWithItsLastInput() throws Exception {
        start(3);
        producers.get(2).close();
        producers.get(0).close();
        Feed last = new Feed(producers.get(1), new byte[123], 123);
        assertEquals(123, get(new Drain(consumer, 10).taken()).length);
        assertTrue(get(last.delivered()));
    }

    private long moved() throws Exception {
        return snapshot().branches().stream().mapToLong(Pump.Branch::bytes).sum();
    }

    private void start(int count) throws Exception {
        start(open(count), Plumbing.PIPE_BYTES);
    }

    private List<Fd> open(int count) throws Exception {
        List<Fd> ins = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Pipe branch = pipe(Plumbing.PIPE_BYTES);
            ins.add(branch.readEnd());
            producers.add(branch.writeEnd());
        }
        return ins;
    }

    private void start(List<Fd> ins, int pipeBytes) throws Exception {
        Pipe trunk = pipe(pipeBytes);
        consumer = trunk.readEnd();
        pump = new FanIn(loop, ins, trunk.writeEnd());
        pump.onDone(() -> done.complete(null));
        pump.start();
    }

    private static Pipe pipe(int bytes) throws Exception {
        Pipe pipe = Pipe.open();
        pipe.resize(bytes);
        return pipe;
    }

    private static byte[] lines(int input, int count, int width) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(line(input, i, width));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String line(int input, int number, int width) {
        String start = input + " " + number + " ";
        return start + ".".repeat(width - start.length() - 1) + "\n";
    }

    private Pump.Snapshot snapshot() throws Exception {
        CompletableFuture<Pump.Snapshot> seen = new CompletableFuture<>();
        pump.snapshot(seen::complete);
        return get(seen);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }
}
