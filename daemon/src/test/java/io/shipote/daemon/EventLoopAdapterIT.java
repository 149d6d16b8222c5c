package io.shipote.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class EventLoopAdapterIT {
    private final CompletableFuture<Error> fatal = new CompletableFuture<>();
    private final EventLoopAdapter loop = new EventLoopAdapter(fatal::complete);
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    @AfterEach
    void end() {
        loop.close();
    }

    @Test
    void tasksRunInOrderAndAFailingOneStopsNothing() throws Exception {
        loop.execute(() -> events.add("1"));
        loop.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        loop.execute(() -> events.add("2"));
        assertEquals("1", events.take());
        assertEquals("2", events.take());
    }

    @Test
    void anErrorIsHandedOn() throws Exception {
        Error error = new StackOverflowError("on purpose");
        loop.execute(() -> {
            throw error;
        });
        assertSame(error, fatal.get(10, TimeUnit.SECONDS));
    }

    @Test
    void timersRunInTurnAndCanBeTakenBack() throws Exception {
        onLoop(() -> {
            loop.schedule(Duration.ofMillis(20), () -> events.add("later"));
            loop.schedule(Duration.ofMillis(1), () -> events.add("cancelled")).cancel();
            loop.schedule(Duration.ZERO, () -> events.add("now"));
            loop.schedule(Duration.ofSeconds(Long.MAX_VALUE), () -> events.add("never"));
            return null;
        });
        assertEquals("now", events.take());
        assertEquals("later", events.take());
    }

    @Test
    void onlyTheLoopMayScheduleAndWatch() {
        assertThrows(IllegalStateException.class, () -> loop.schedule(Duration.ZERO, () -> {}));
    }

    @Test
    void whatHappenedBeforeTheWatchIsReported() throws Exception {
        try (Pipe pipe = Pipe.open()) {
            write(pipe);
            watch(pipe.readEnd(), Loop.Interest.READ);
            assertEquals("ready", events.take());
            write(pipe);
            assertEquals("ready", events.take(), "edge-triggered: each arrival is reported, read or not");
            pipe.writeEnd().close();
            assertEquals("ready", events.take(), "a hang-up counts as ready");
        }
    }

    @Test
    void aWriterIsToldOfRoomAndOfADeadReader() throws Exception {
        try (Pipe pipe = Pipe.open()) {
            watch(pipe.writeEnd(), Loop.Interest.WRITE);
            assertEquals("ready", events.take());
            pipe.readEnd().close();
            assertEquals("ready", events.take());
        }
    }

    @Test
    void noCallbackComesAfterACancelEvenInTheSameRound() throws Exception {
        List<Pipe> pipes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pipes.add(Pipe.open());
        }
        List<Loop.Watch> watches = new ArrayList<>();
        CountDownLatch first = new CountDownLatch(1);
        onLoop(() -> {
            for (Pipe pipe : pipes) {
                watches.add(loop.watch(pipe.readEnd(), Loop.Interest.READ, () -> {
                    watches.forEach(Loop.Watch::cancel);
                    events.add("ready");
                    first.countDown();
                }));
            }
            for (Pipe pipe : pipes) {
                write(pipe);
            }
            return null;
        });
        assertTrue(first.await(10, TimeUnit.SECONDS));
        onLoop(() -> null);
        assertEquals(1, events.size());
        for (Pipe pipe : pipes) {
            assertTrue(pipe.readEnd().isOpen());
            assertEquals(1, pipe.readEnd().read(ByteBuffer.allocate(9)), "the watch has not closed the descriptor");
            pipe.close();
        }
    }

    @Test
    void aNumberThatIsUsedAgainCanBeWatchedAgain() throws Exception {
        for (int i = 0; i < 50; i++) {
            try (Pipe pipe = Pipe.open()) {
                Loop.Watch watch = watch(pipe.readEnd(), Loop.Interest.READ);
                write(pipe);
                assertEquals("ready", events.take());
                onLoop(() -> {
                    watch.cancel();
                    watch.cancel();
                    return null;
                });
            }
        }
    }

    @Test
    void whatCannotBeWatchedIsAnError(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("plain"), "x");
        int number;
        try (Fd fd = Fd.open(file, Fd.Access.READ)) {
            ExecutionException e = assertThrows(ExecutionException.class, () -> watch(fd, Loop.Interest.READ));
            assertTrue(e.getCause() instanceof IllegalStateException, e.toString());
            number = fd.number();
        }
        try (Pipe pipe = Pipe.open()) {
            assertEquals(number, pipe.readEnd().number(), "the kernel gives out the lowest free number");
            write(pipe);
            watch(pipe.readEnd(), Loop.Interest.READ);
            assertEquals("ready", events.take());
        }
    }

    private Loop.Watch watch(Fd fd, Loop.Interest interest) throws Exception {
        return onLoop(() -> loop.watch(fd, interest, () -> events.add("ready")));
    }

    private static void write(Pipe pipe) throws Exception {
        pipe.writeEnd().write(ByteBuffer.wrap(new byte[1]));
    }

    private <T> T onLoop(Callable<T> part) throws Exception {
        FutureTask<T> task = new FutureTask<>(part);
        loop.execute(task);
        return task.get(10, TimeUnit.SECONDS);
    }
}
