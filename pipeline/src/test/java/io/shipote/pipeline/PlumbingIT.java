package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.card.Edge;
import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The pipes of a plan, with threads for the stages. */
@Timeout(120)
class PlumbingIT {
    private static final List<String> LABELS = List.of("a", "b", "c", "d");
    private static final List<Edge> DIAMOND = List.of(Edge.of(0, 1), Edge.of(0, 2), Edge.of(1, 3), Edge.of(2, 3));

    private final int openBefore = OpenPipes.count();
    private EpollLoop loop;

    @BeforeEach
    void open() {
        loop = new EpollLoop();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        loop.close();
        assertEquals(List.of(), loop.failures());
        assertEquals(openBefore, OpenPipes.count());
    }

    @Test
    void aDiamondDeliversEverythingTwice() throws Exception {
        byte[] bytes = new byte[5_000_000];
        new Random(7).nextBytes(bytes);
        Plumbing plumbing = Plumbing.open(Wiring.of(LABELS, DIAMOND, WiringTest.options(DIAMOND.size())));
        Fd source = plumbing.stdout(0).orElseThrow().duplicate();
        List<Fd> middle = List.of(
                plumbing.stdin(1).orElseThrow().duplicate(),
                plumbing.stdout(1).orElseThrow().duplicate(),
                plumbing.stdin(2).orElseThrow().duplicate(),
                plumbing.stdout(2).orElseThrow().duplicate());
        Fd end = plumbing.stdin(3).orElseThrow().duplicate();
        plumbing.childEndsClosed();
        CompletableFuture<Void> done = done(plumbing.startPumps(loop));
        Feed feed = new Feed(source, bytes, 60_000);
        for (int i = 0; i < middle.size(); i += 2) {
            Fd out = middle.get(i + 1);
            // A stage that takes all of its input before it writes.
            new Drain(middle.get(i), 9_000).taken().thenAccept(all -> new Feed(out, all, 11_000));
        }
        assertEquals(2 * bytes.length, get(new Drain(end, 50_000).taken()).length);
        assertTrue(get(feed.delivered()));
        get(done);
    }

    @Test
    void aFanOutFeedsAFanInThroughOnePipe() throws Exception {
        // 0 -> 1 and 0 -> 2, and 3 -> 2: the edge 0 -> 2 leads from pump to pump.
        List<Edge> edges = List.of(Edge.of(0, 1), Edge.of(0, 2), Edge.of(3, 2));
        byte[] bytes = new byte[3_000_000];
        Arrays.fill(bytes, (byte) 1);
        Plumbing plumbing = Plumbing.open(Wiring.of(LABELS, edges, WiringTest.options(edges.size())));
        Fd source = plumbing.stdout(0).orElseThrow().duplicate();
        Fd other = plumbing.stdout(3).orElseThrow().duplicate();
        Fd one = plumbing.stdin(1).orElseThrow().duplicate();
        Fd both = plumbing.stdin(2).orElseThrow().duplicate();
        plumbing.childEndsClosed();
        CompletableFuture<Void> done = done(plumbing.startPumps(loop));
        new Feed(source, bytes, 60_000);
        new Feed(other, new byte[1_000_000], 1_000);
        Drain first = new Drain(one, 20_000);
        byte[] mixed = get(new Drain(both, 20_000).taken());
        assertArrayEquals(bytes, get(first.taken()));
        assertEquals(4_000_000, mixed.length);
        int ones = 0;
        for (byte b : mixed) {
            ones += b;
        }
        assertEquals(bytes.length, ones);
        get(done);
    }

    @Test
    void pipesAreLargeAndEndsAbsentWhereNoEdgeIs() throws Exception {
        try (Plumbing plumbing = Plumbing.open(Wiring.of(LABELS, DIAMOND, WiringTest.options(DIAMOND.size())))) {
            assertTrue(plumbing.stdin(0).isEmpty());
            assertTrue(plumbing.stderr(0).isEmpty());
            assertTrue(plumbing.stdout(3).isEmpty());
            assertEquals(Plumbing.PIPE_BYTES, Pipe.capacity(plumbing.stdout(0).orElseThrow()));
        }
    }

    @Test
    void closeAfterAFailedLaunchLeavesNothing() throws Exception {
        Plumbing plumbing = Plumbing.open(Wiring.of(LABELS, DIAMOND, WiringTest.tapped(DIAMOND.size())));
        Fd end = plumbing.stdin(3).orElseThrow();
        plumbing.close();
        plumbing.close();
        assertFalse(end.isOpen());
    }

    @Test
    void closeEndsThePumpsToo() throws Exception {
        Plumbing plumbing = Plumbing.open(Wiring.of(LABELS, DIAMOND, WiringTest.tapped(DIAMOND.size())));
        plumbing.childEndsClosed();
        CompletableFuture<Void> done = done(plumbing.startPumps(loop));
        plumbing.close();
        get(done);
    }

    @Test
    void aLoopThatTakesNoMoreTasksLeavesNothing() throws Exception {
        Plumbing plumbing = Plumbing.open(Wiring.of(LABELS, DIAMOND, WiringTest.options(DIAMOND.size())));
        Loop closed = (Loop) Proxy.newProxyInstance(
                Loop.class.getClassLoader(), new Class<?>[] {Loop.class}, (proxy, method, args) -> {
                    if (method.getName().equals("execute")) {
                        throw new RejectedExecutionException("closed");
                    }
                    return 0L;
                });
        assertThrows(RejectedExecutionException.class, () -> plumbing.startPumps(closed));
    }

    private static CompletableFuture<Void> done(List<Pump> pumps) {
        List<CompletableFuture<Void>> each = new ArrayList<>();
        for (Pump pump : pumps) {
            CompletableFuture<Void> one = new CompletableFuture<>();
            pump.onDone(() -> one.complete(null));
            each.add(one);
        }
        return CompletableFuture.allOf(each.toArray(CompletableFuture[]::new));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }
}
