package io.shipote.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the kernel refuses in a pump's middle. An eventfd(2) stands where a pipe should be: it is ready like one, and
 * splice(2), tee(2) and FIONREAD fail with an errno that no pipe gives.
 */
@Timeout(120)
class PumpFaultIT {
    private static final int CLOEXEC_NONBLOCK = 0x80000 | 0x800;
    private static final String LINES = "one\ntwo\nthree\n";

    private final int openBefore = OpenPipes.count();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private EpollLoop loop;
    private Fd producer;
    private Fd consumer;

    @BeforeEach
    void open() throws Exception {
        loop = new EpollLoop();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        producer.close();
        consumer.close();
        loop.close();
        assertEquals(openBefore, OpenPipes.count());
    }

    private static Fd odd() {
        return Fd.owned(EpollLoop.Epoll.eventfd(0, CLOEXEC_NONBLOCK));
    }

    private Fd input() throws Exception {
        Pipe pipe = Pipe.open();
        producer = pipe.writeEnd();
        producer.write(ByteBuffer.wrap(LINES.getBytes()));
        return pipe.readEnd();
    }

    private Fd output() throws Exception {
        Pipe pipe = Pipe.open();
        consumer = pipe.readEnd();
        return pipe.writeEnd();
    }

    private static Fd nowhere() throws Exception {
        return Fd.open(Path.of("/dev/null"), Fd.Access.WRITE);
    }

    /** It ends at once, tells why, and everything it had is closed: the producer gets a broken pipe, the consumer the end. */
    private void assertFails(Pump pump, List<Fd> odd, String why) throws Exception {
        CompletableFuture<String> told = new CompletableFuture<>();
        CompletableFuture<Pump.Snapshot> seen = new CompletableFuture<>();
        pump.onFailure(told::complete);
        pump.onDone(() -> done.complete(null));
        pump.start();
        done.get(60, TimeUnit.SECONDS);
        pump.snapshot(seen::complete);
        assertTrue(told.get(60, TimeUnit.SECONDS).contains(why), told.get());
        assertEquals(told.get(), seen.get(60, TimeUnit.SECONDS).failure().orElseThrow());
        assertTrue(seen.get().done() && seen.get().branches().stream().noneMatch(Pump.Branch::open));
        assertTrue(odd.stream().noneMatch(Fd::isOpen));
        assertEquals(1, loop.failures().size(), () -> loop.failures().toString());
        Drain rest = new Drain(consumer, 100);
        assertTrue(LINES.startsWith(new String(rest.taken().get(60, TimeUnit.SECONDS))));
        assertEquals(false, new Feed(producer, new byte[1], 1).delivered().get(60, TimeUnit.SECONDS));
    }

    @Test
    void aConsumersEndOfAFanOutThatCannotBeWritten() throws Exception {
        Fd odd = odd();
        List<Pipe> shares = List.of(Pipe.open(), Pipe.open());
        Pump pump = new FanOut(loop, input(), List.of(output(), odd), Pipe.open(), shares, nowhere());
        assertFails(pump, List.of(odd), "splice");
    }

    @Test
    void aProducersEndOfAFanInThatCannotBeRead() throws Exception {
        Fd odd = odd();
        EpollLoop.Epoll.eventfd_write(odd.number(), 1);
        assertFails(new FanIn(loop, List.of(input(), odd), output()), List.of(odd), "splice");
    }

    @Test
    void aConsumersEndOfARelayThatCannotBeWritten() throws Exception {
        Fd odd = odd();
        output().close();
        FanIn relay = new FanIn(loop, List.of(input()), odd);
        relay.keepFirst(0, new HeadSample(HeadSample.MAX_BYTES, true));
        assertFails(relay, List.of(odd), "splice");
    }

    @Test
    void aProducersEndOfAFanInByLinesThatCannotBeRead() throws Exception {
        Fd odd = odd();
        EpollLoop.Epoll.eventfd_write(odd.number(), 1);
        LineSearch search = new LineSearch(Pipe.open(), nowhere());
        assertFails(
                new LineFanIn(loop, List.of(input(), odd), output(), Pipe.open(), search), List.of(odd), "FIONREAD");
    }

    /** Something else has made a pipe of the pump's own smaller: what does not fit must not be passed over. */
    @Test
    void aShareThatHasNoRoomForARound() throws Exception {
        Pipe small = Pipe.open();
        small.resize(4_096);
        Pipe second = Pipe.open();
        Fd in = input();
        producer.write(ByteBuffer.allocate(8_192));
        FanOut pump = new FanOut(
                loop, in, List.of(output(), second.writeEnd()), Pipe.open(), List.of(small, Pipe.open()), nowhere());
        assertFails(pump, List.of(second.writeEnd()), "instead of 8206");
        second.close();
    }
}
