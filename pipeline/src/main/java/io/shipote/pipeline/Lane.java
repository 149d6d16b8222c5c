package io.shipote.pipeline;

import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.Splice;
import io.shipote.pipeline.discern.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One pipe end of a pump, and what is known of the bytes that pass it. Confined to the pump loop. */
final class Lane {
    final Fd fd;
    final Loop.Interest interest;
    private final Loop loop;
    private final List<TapFeed> taps = new ArrayList<>();
    private final Rate rate;
    private Optional<Replay> replay = Optional.empty();
    private Optional<HeadSample> head = Optional.empty();
    private Optional<Loop.Watch> watch = Optional.empty();
    private boolean open = true;
    private long bytes;
    private long blockedNanos;
    private long blockedSince;
    private long tapLost;
    /** Pieces of lines that were too long. */
    long longLines;

    Lane(Loop loop, Fd fd, Loop.Interest interest) {
        this.loop = loop;
        this.fd = fd;
        this.interest = interest;
        this.rate = new Rate(loop.nanoTime());
    }

    boolean isOpen() {
        return open;
    }

    long bytes() {
        return bytes;
    }

    /** Keeps the last bytes from now on, for taps that want them. */
    void keepLast(Replay kept) {
        replay = Optional.of(kept);
    }

    /** Keeps the first bytes from now on, to tell what they are. */
    void keepFirst(HeadSample kept) {
        head = Optional.of(kept);
    }

    /** The first bytes; empty if there were none, or they are not kept. */
    Optional<Sample> first() {
        return head.flatMap(kept -> kept.sample(open ? Optional.empty() : Optional.of(bytes)));
    }

    void watch(Runnable ready) {
        watch = Optional.of(loop.watch(fd, interest, ready));
    }

    /**
     * Moves bytes as {@link Splice#splice} does, and shows them to the taps. The two ends are not always this lane's own:
     * they are where the bytes of its edge pass.
     */
    long forward(Fd in, Fd out, long max) throws IOException {
        long most = max;
        if (replay.isPresent()) {
            most = replay.get().offer(in, max);
            if (most == 0) {
                // The end, or nothing there: splice tells which.
                most = max;
            }
        }
        for (TapFeed tap : taps) {
            tap.offer(in, most);
        }
        if (head.isPresent()) {
            head.get().offer(in, most);
        }
        long moved = Splice.splice(in, out, most);
        if (moved > 0) {
            passed(moved);
        } else if (moved == Splice.AGAIN && Pipe.queuedBytes(in) > 0) {
            waits();
        }
        return moved;
    }

    /** There is something to be written, and no room for it. */
    void waits() {
        if (blockedSince == 0) {
            blockedSince = Math.max(1, loop.nanoTime());
        }
    }

    private void passed(long moved) throws IOException {
        long now = loop.nanoTime();
        bytes += moved;
        rate.add(moved, now);
        if (blockedSince != 0) {
            blockedNanos += now - blockedSince;
            blockedSince = 0;
        }
        replay.ifPresent(kept -> kept.passed(moved));
        head.ifPresent(kept -> kept.passed(moved));
        for (TapFeed tap : taps) {
            tapLost += tap.passed(moved);
        }
    }

    boolean mayTap() {
        return open && taps.size() < Tap.MAX_PER_EDGE;
    }

    void attach(TapFeed tap, boolean withReplay) throws IOException {
        if (withReplay && replay.isPresent()) {
            tap.begin(replay.get());
        }
        taps.add(tap);
    }

    void detach(TapFeed tap) {
        taps.remove(tap);
    }

    /** @param far the end whose pipe the consumer's side reads from */
    EdgeFigures figures(Fd far) throws IOException {
        long now = loop.nanoTime();
        long blocked = blockedNanos + (blockedSince == 0 ? 0 : now - blockedSince);
        boolean alive = far.isOpen();
        return new EdgeFigures(
                bytes,
                rate.perSecond(now),
                alive ? Pipe.queuedBytes(far) : 0,
                alive ? Pipe.capacity(far) : 0,
                blocked / 1_000_000,
                taps.size(),
                tapLost,
                longLines,
                false);
    }

    void close() {
        if (open) {
            open = false;
            watch.ifPresent(Loop.Watch::cancel);
            fd.close();
            replay.ifPresent(Replay::close);
            List.copyOf(taps).forEach(TapFeed::finish);
            taps.clear();
            if (blockedSince != 0) {
                blockedNanos += loop.nanoTime() - blockedSince;
                blockedSince = 0;
            }
        }
    }
}
