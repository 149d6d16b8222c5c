package io.shipote.pipeline;

import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.Splice;
import io.shipote.pipeline.discern.Sample;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Moves bytes between one pipe, the trunk, and others, the branches, inside the kernel (splice(2), tee(2)).
 *
 * <p>It has no thread: all of it happens on the pump loop, at the descriptors' events. The public methods may be called
 * from any thread; what they ask for is posted to the loop.
 *
 * <p>A pump may be cut off between any two system calls and begun anew over the same pipes by another process: where it
 * is can be told from what the pipes hold, and from nothing else.
 *
 * <p>The descriptors are the pump's from the constructor on. It closes each as soon as it is of no more use, and all of
 * them when it is done, closed, or fails. A failure (an errno that no pipe should give) also goes to the loop as an
 * exception.
 *
 * <p>What all kinds of pumps have in common is here: turns, ends, failures, and what is asked from outside. How the bytes
 * are shared is in the three classes below it.
 */
public abstract sealed class Pump implements AutoCloseable permits FanOut, FanIn, LineFanIn {
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
    private final List<AutoCloseable> others;
    private final List<Runnable> whenDone = new ArrayList<>();
    private final List<Runnable> whenFewer = new ArrayList<>();
    private final List<Consumer<String>> whenFailed = new ArrayList<>();
    private Optional<String> failure = Optional.empty();
    private int reported;
    private int budget;
    private boolean posted;
    private boolean rests;
    private boolean done;
    private Allowance allowance;

    /**
     * What has been moved so far.
     *
     * @param branches in the order given: the consumers of a fan-out, the inputs of a fan-in
     * @param failure why it ended before its time, if it failed; its consumers have not got everything then
     */
    public record Snapshot(List<Branch> branches, boolean done, Optional<String> failure) {}

    /** @param bytes moved to or from it so far; open while more can come */
    public record Branch(long bytes, boolean open) {}

    /** @param others to be closed with the rest */
    Pump(Loop loop, Fd trunk, Loop.Interest trunkInterest, List<Fd> branches, List<? extends AutoCloseable> others) {
        this.loop = loop;
        this.allowance = new Allowance(loop, 0);
        this.others = List.copyOf(others);
        this.trunk = new Lane(loop, trunk, trunkInterest);
        Loop.Interest other = trunkInterest == Loop.Interest.READ ? Loop.Interest.WRITE : Loop.Interest.READ;
        for (Fd fd : branches) {
            this.branches.add(new Lane(loop, fd, other));
        }
        open.addAll(this.branches);
        reported = open.size();
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

    /** Is told on the pump loop why it fails, before anything is closed. */
    void onFailure(Consumer<String> told) {
        loop.execute(() -> {
            failure.ifPresent(told);
            whenFailed.add(told);
        });
    }

    /** Has the callback run on the pump loop each time some branches have been closed and others go on. */
    void onFewer(Runnable callback) {
        loop.execute(() -> {
            whenFewer.add(callback);
            if (!done && reported < branches.size()) {
                callback.run();
            }
        });
    }

    /** Tells on the pump loop what has been moved by then. */
    public void snapshot(Consumer<Snapshot> seen) {
        loop.execute(() -> seen.accept(new Snapshot(
                branches.stream().map(l -> new Branch(l.bytes(), l.isOpen())).toList(), done, failure)));
    }

    /** The figures of one branch, in the order given. Call only on the pump loop. */
    EdgeFigures figures(int branch) throws IOException {
        return branches.get(branch).figures(consumerEnd(branches.get(branch)));
    }

    /** Why a branch cannot be tapped. */
    enum Refusal {
        ENDED,
        FULL
    }

    /** Attaches a tap to a branch, and tells on the pump loop why that was not possible; nothing, if it was. */
    void attach(int branch, TapFeed feed, boolean replay, Consumer<Optional<Refusal>> attached) {
        loop.execute(() -> {
            Lane lane = branches.get(branch);
            if (done || !lane.mayTap()) {
                feed.close();
                attached.accept(Optional.of(done || !lane.isOpen() ? Refusal.ENDED : Refusal.FULL));
                return;
            }
            // Told first: what the tap has been given already goes to the sink after it.
            attached.accept(Optional.empty());
            try {
                lane.attach(feed, replay);
            } catch (IOException e) {
                throw failed(new UncheckedIOException(e));
            }
        });
    }

    /** Takes a tap back; it is closed. */
    void detach(int branch, TapFeed feed) {
        loop.execute(() -> {
            branches.get(branch).detach(feed);
            feed.close();
        });
    }

    /**
     * Before the start: keeps the last bytes of a branch for taps to come. Not for {@link LineFanIn}, whose runs must not be
     * cut to what is kept at a time.
     */
    void keepLast(int branch, Replay replay) {
        branches.get(branch).keepLast(replay);
    }

    /** Before the start: keeps the first bytes of a branch, to tell what they are. */
    void keepFirst(int branch, HeadSample head) {
        branches.get(branch).keepFirst(head);
    }

    /** Before the start: takes no more than that in. Not for {@link LineFanIn}. */
    void limit(Allowance limited) {
        allowance = limited;
    }

    /** The first bytes of a branch. Call only on the pump loop. */
    Optional<Sample> first(int branch) {
        return branches.get(branch).first();
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

    /** The end of the pipe that the consumer's side of this branch reads from. */
    abstract Fd consumerEnd(Lane lane);

    /** Reads from the pipes how far an earlier pump of them had come. */
    abstract void resume() throws IOException;

    final Fd trunk() {
        return trunk.fd;
    }

    /** The branches that are still of use. */
    final List<Lane> open() {
        return open;
    }

    final int index(Lane lane) {
        return branches.indexOf(lane);
    }

    final boolean mayMove() {
        return !done && budget >= MOVE_BYTES;
    }

    final void spent(long bytes) {
        budget -= Math.toIntExact(bytes);
    }

    /** How many bytes may be taken in now; 0 = none for a while. */
    final long mayTake() {
        return allowance.allowed(MOVE_BYTES);
    }

    final void took(long bytes) {
        allowance.used(bytes);
    }

    /** Nothing is left to read, and nobody is left who could write. */
    static boolean atEnd(Fd in) throws IOException {
        return Splice.hungUp(in) && Pipe.queuedBytes(in) == 0;
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
        others.forEach(Pump::closeOne);
        whenDone.forEach(Runnable::run);
        whenDone.clear();
        whenFewer.clear();
    }

    private static void closeOne(AutoCloseable other) {
        try {
            other.close();
        } catch (Exception e) {
            throw new IllegalStateException("descriptors do not fail to close", e);
        }
    }

    private void begin() {
        if (done) {
            return;
        }
        try {
            resume();
            trunk.watch(() -> ready(trunk));
            branches.forEach(lane -> lane.watch(() -> ready(lane)));
        } catch (IOException e) {
            throw failed(new UncheckedIOException(e));
        } catch (RuntimeException e) {
            throw failed(e);
        }
        if (open.isEmpty()) {
            finish();
        } else {
            turn();
        }
    }

    private void ready(Lane lane) {
        if (!lane.isOpen()) {
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
            } else {
                report();
                rest();
            }
        } catch (IOException e) {
            throw failed(new UncheckedIOException(e));
        } catch (RuntimeException e) {
            throw failed(e);
        }
    }

    /** Goes on by itself once more may be taken in: no descriptor tells of that. */
    private void rest() {
        if (!done && !rests && mayTake() == 0) {
            rests = true;
            loop.schedule(allowance.rest(), () -> {
                rests = false;
                wake();
            });
        }
    }

    private void report() {
        if (!done && open.size() < reported) {
            reported = open.size();
            List.copyOf(whenFewer).forEach(Runnable::run);
        }
    }

    private RuntimeException failed(RuntimeException cause) {
        Throwable reason = cause instanceof UncheckedIOException wrapper ? wrapper.getCause() : cause;
        String why = String.valueOf(reason.getMessage());
        failure = Optional.of(why);
        whenFailed.forEach(told -> told.accept(why));
        finish();
        return cause;
    }
}
