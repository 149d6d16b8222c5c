package io.shipote.pipeline;

import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Splice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Moves bytes between one pipe, the trunk, and several others, the branches, inside the kernel (splice(2), tee(2)).
 *
 * <p>It has no thread: all of it happens on the pump loop, at the descriptors' events. The public methods may be called
 * from any thread; what they ask for is posted to the loop.
 *
 * <p>The descriptors are the pump's from the constructor on. It closes each as soon as it is of no more use, and all of
 * them when it is done, closed, or fails. A failure (an errno that no pipe should give) also goes to the loop as an
 * exception.
 */
public abstract sealed class Pump implements AutoCloseable permits FanOut, FanIn {
    /**
     * The most bytes moved by one call. As much as a pipe holds, so that a call never stops inside a kernel buffer: what
     * was written by one write of at most {@code PIPE_BUF} bytes (pipe(7)) is moved as one.
     */
    public static final int MOVE_BYTES = Plumbing.PIPE_BYTES;

    /** The most bytes moved in one turn on the loop; then the loop's other work goes first. */
    public static final int TURN_BYTES = 8 * MOVE_BYTES;

    private final Loop loop;
    private final Lane trunk;
    private final List<Lane> branches = new ArrayList<>();
    private final List<Lane> open = new ArrayList<>();
    private final List<Fd> others;
    private final List<Runnable> whenDone = new ArrayList<>();
    private Optional<String> failure = Optional.empty();
    private int budget;
    private boolean posted;
    private boolean done;

    /**
     * What has been moved so far.
     *
     * @param branches in the order given: the consumers of a fan-out, the inputs of a fan-in
     * @param failure why it ended before its time, if it failed; its consumers have not got everything then
     */
    public record Snapshot(List<Branch> branches, boolean done, Optional<String> failure) {}

    /** @param bytes moved to or from it so far; open while more can come */
    public record Branch(long bytes, boolean open) {}

    /** One pipe end. Confined to the pump loop. */
    static final class Lane {
        final Fd fd;
        final Loop.Interest interest;
        /** Bytes moved so far. */
        long bytes;
        /** Bytes at the head of the trunk that this branch has been given already. */
        long ahead;

        boolean open = true;
        private Optional<Loop.Watch> watch = Optional.empty();

        Lane(Fd fd, Loop.Interest interest) {
            this.fd = fd;
            this.interest = interest;
        }

        private void close() {
            if (open) {
                open = false;
                watch.ifPresent(Loop.Watch::cancel);
                fd.close();
            }
        }
    }

    /** @param others to be closed with the rest */
    Pump(Loop loop, Fd trunk, Loop.Interest trunkInterest, List<Fd> branches, List<Fd> others) {
        this.loop = loop;
        this.others = List.copyOf(others);
        this.trunk = new Lane(trunk, trunkInterest);
        Loop.Interest other = trunkInterest == Loop.Interest.READ ? Loop.Interest.WRITE : Loop.Interest.READ;
        for (Fd fd : branches) {
            this.branches.add(new Lane(fd, other));
        }
        open.addAll(this.branches);
    }

    /**
     * Begins to move bytes.
     *
     * @throws RuntimeException whatever the loop throws if it takes no more tasks; everything is closed then
     */
    public void start() {
        try {
            loop.execute(this::begin);
        } catch (RuntimeException e) {
            // Nothing of this pump was ever on the loop, so it is still this thread's.
            finish();
            throw e;
        }
    }

    /** Has the callback run on the pump loop once everything is closed; at once if it is. */
    public void onDone(Runnable callback) {
        loop.execute(() -> {
            if (done) {
                callback.run();
            } else {
                whenDone.add(callback);
            }
        });
    }

    /** Tells on the pump loop what has been moved by then. */
    public void snapshot(Consumer<Snapshot> seen) {
        loop.execute(() -> seen.accept(new Snapshot(
                branches.stream().map(lane -> new Branch(lane.bytes, lane.open)).toList(), done, failure)));
    }

    /** Ends it early: bytes that were not moved yet are lost. */
    @Override
    public void close() {
        loop.execute(this::finish);
    }

    /** One attempt at every branch; false if none could move or was closed. */
    abstract boolean pass() throws IOException;

    /** Nobody reads any more what is written to this lane. */
    abstract void broken(Lane lane);

    final Fd trunk() {
        return trunk.fd;
    }

    /** The branches that are still of use. */
    final List<Lane> open() {
        return open;
    }

    final boolean mayMove() {
        return !done && budget >= MOVE_BYTES;
    }

    final void spent(long bytes) {
        budget -= Math.toIntExact(bytes);
    }

    final void moved(Lane lane, long bytes) {
        lane.bytes += bytes;
        spent(bytes);
    }

    final void closeBranch(Lane lane) {
        open.remove(lane);
        lane.close();
        if (open.isEmpty()) {
            finish();
        }
    }

    /** Closes everything; without effect the second time. */
    final void finish() {
        if (done) {
            return;
        }
        done = true;
        open.clear();
        trunk.close();
        branches.forEach(Lane::close);
        others.forEach(Fd::close);
        whenDone.forEach(Runnable::run);
        whenDone.clear();
    }

    private void begin() {
        if (done) {
            return;
        }
        try {
            watch(trunk);
            branches.forEach(this::watch);
        } catch (RuntimeException e) {
            throw failed(e);
        }
        if (open.isEmpty()) {
            finish();
        } else {
            turn();
        }
    }

    private void watch(Lane lane) {
        lane.watch = Optional.of(loop.watch(lane.fd, lane.interest, () -> ready(lane)));
    }

    private void ready(Lane lane) {
        if (!lane.open) {
            return;
        }
        // A consumer's end shows here even while there is nothing to write to it.
        try {
            if (lane.interest == Loop.Interest.WRITE && Splice.hungUp(lane.fd)) {
                broken(lane);
            }
        } catch (IOException e) {
            throw failed(new UncheckedIOException(e));
        }
        wake();
    }

    // One turn serves all events that came together.
    private void wake() {
        if (!posted && !done) {
            posted = true;
            loop.execute(this::turn);
        }
    }

    private void turn() {
        posted = false;
        budget = TURN_BYTES;
        try {
            boolean progress = true;
            while (progress && mayMove()) {
                progress = pass();
            }
            if (progress) {
                wake();
            }
        } catch (IOException e) {
            throw failed(new UncheckedIOException(e));
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    private RuntimeException failed(RuntimeException cause) {
        failure = Optional.of(String.valueOf(cause.getMessage()));
        finish();
        return cause;
    }
}
