package io.shipote.pipeline;

import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.Splice;
import java.io.IOException;
import java.util.List;

/**
 * One producer, several consumers: each consumer gets every byte, in order, exactly once.
 *
 * <p>tee(2) copies from the head of a pipe without moving the head. So each consumer has a lead ({@code ahead}): the
 * bytes at the head that it was given already. Who has a lead waits; who has none is given no more than the shortest
 * lead, so that all meet again; and the last one without a lead is served by splice(2), which moves the head and
 * shortens every other lead. When a death leaves only consumers with a lead, what all of them have is thrown away.
 *
 * <p>The slowest consumer holds up the producer, and the others with it: a lead is at most what one pipe holds, and less
 * if less was there when it was given. A consumer that dies is dropped, also while no data flows; with the last
 * one the read end is closed and the producer gets SIGPIPE, as from a shell. After the end of the input each output is
 * closed as soon as its consumer has been given everything.
 */
public final class FanOut extends Pump {
    private final Fd sink;

    /**
     * All descriptors are the pump's from now on, also if it is never started.
     *
     * @param in read end of the producer's pipe
     * @param outs write ends of the consumers' pipes
     * @param sink {@code /dev/null}, open for writing
     */
    public FanOut(Loop pumpLoop, Fd in, List<Fd> outs, Fd sink) {
        super(pumpLoop, in, Loop.Interest.READ, outs, List.of(sink));
        this.sink = sink;
    }

    @Override
    boolean pass() throws IOException {
        boolean progress = false;
        for (Lane lane : List.copyOf(open())) {
            if (lane.open && lane.ahead == 0 && mayMove()) {
                progress |= serve(lane);
            }
        }
        if (mayMove() && withoutLead() == 0) {
            progress |= discard();
        }
        if (!progress && mayMove()) {
            closeServed();
        }
        return progress;
    }

    @Override
    void broken(Lane lane) {
        closeBranch(lane);
    }

    private boolean serve(Lane lane) throws IOException {
        boolean last = withoutLead() == 1;
        long max = shortestLead();
        long moved = last ? Splice.splice(trunk(), lane.fd, max) : Splice.tee(trunk(), lane.fd, max);
        if (moved == Splice.BROKEN) {
            broken(lane);
            return true;
        }
        if (moved <= 0) {
            // The end, nothing there, or no room: an event or closeServed() will tell.
            return false;
        }
        moved(lane, moved);
        lane.ahead = moved;
        if (last) {
            headMoved(moved);
        }
        return true;
    }

    private boolean discard() throws IOException {
        long moved = Splice.splice(trunk(), sink, shortestLead());
        if (moved <= 0) {
            return false;
        }
        spent(moved);
        headMoved(moved);
        return true;
    }

    private void headMoved(long bytes) {
        for (Lane lane : open()) {
            lane.ahead -= bytes;
        }
    }

    /**
     * Closes the outputs that have everything, once no more can come. Each at its own time: a slow consumer may be
     * waiting for what a quick one does at the end of its input.
     */
    private void closeServed() throws IOException {
        if (!Splice.hungUp(trunk())) {
            return;
        }
        long queued = Pipe.queuedBytes(trunk());
        for (Lane lane : List.copyOf(open())) {
            if (lane.ahead == queued) {
                closeBranch(lane);
            }
        }
    }

    private int withoutLead() {
        int count = 0;
        for (Lane lane : open()) {
            count += lane.ahead == 0 ? 1 : 0;
        }
        return count;
    }

    private long shortestLead() {
        long shortest = MOVE_BYTES;
        for (Lane lane : open()) {
            if (lane.ahead > 0) {
                shortest = Math.min(shortest, lane.ahead);
            }
        }
        return shortest;
    }
}
