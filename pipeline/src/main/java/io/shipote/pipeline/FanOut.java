package io.shipote.pipeline;

import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.Splice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One producer, several consumers: each consumer gets every byte, in order, exactly once, whenever the pump is killed.
 *
 * <p>In front of each consumer's pipe stands one of the pump's own, its <em>share</em>, and before all shares one more, the
 * <em>stage</em>. Bytes go in rounds. A round begins when all of these are empty: (1) splice(2) moves what there is from the
 * producer's pipe to the stage; (2) tee(2) copies the stage to each share but the last; (3) splice(2) moves the stage to the
 * last share; (4) each share goes to its consumer, at the consumer's speed.
 *
 * <p>Step 3 is one system call that moves all or nothing, as the shares are as large as the stage. So a pump that begins
 * anew knows where it is: while the stage holds bytes, no consumer has been given any of them, and what the shares hold is
 * thrown away and copied again; when the stage is empty, each share holds exactly what its consumer has still to get.
 *
 * <p>The slowest consumer holds up the producer, and the others with it after the end of the round. A consumer that dies is
 * dropped, also while no data flows; with the last one the read end is closed and the producer gets SIGPIPE, as from a
 * shell. After the end of the input each output is closed as soon as its consumer has been given everything.
 */
public final class FanOut extends Pump {
    private final Fd sink;
    private final Pipe stage;
    private final Map<Lane, Pipe> shares = new HashMap<>();
    private final Map<Lane, Long> owed = new HashMap<>();

    /**
     * All descriptors are the pump's from now on, also if it is never started.
     *
     * @param in read end of the producer's pipe
     * @param outs write ends of the consumers' pipes
     * @param stage empty, or as an earlier pump left it, like the shares
     * @param shares one for each of {@code outs}, all of the same size as {@code stage}
     * @param sink {@code /dev/null}, open for writing
     */
    public FanOut(Loop pumpLoop, Fd in, List<Fd> outs, Pipe stage, List<Pipe> shares, Fd sink) {
        super(pumpLoop, in, Loop.Interest.READ, outs, all(stage, shares, sink));
        this.sink = sink;
        this.stage = stage;
        for (int i = 0; i < outs.size(); i++) {
            this.shares.put(open().get(i), shares.get(i));
            owed.put(open().get(i), 0L);
        }
    }

    private static List<AutoCloseable> all(Pipe stage, List<Pipe> shares, Fd sink) {
        List<AutoCloseable> all = new ArrayList<>(shares);
        all.add(stage);
        all.add(sink);
        return all;
    }

    @Override
    void resume() throws IOException {
        long staged = Pipe.queuedBytes(stage.readEnd());
        for (Lane lane : open()) {
            Pipe share = shares.get(lane);
            long held = Pipe.queuedBytes(share.readEnd());
            if (staged > 0 && held > 0) {
                need(held, Splice.splice(share.readEnd(), sink, held));
                held = 0;
            }
            owed.put(lane, held);
        }
        if (staged > 0) {
            share(staged);
        }
    }

    @Override
    boolean pass() throws IOException {
        boolean progress = false;
        for (Lane lane : List.copyOf(open())) {
            if (lane.isOpen() && owed.get(lane) > 0 && mayMove()) {
                progress |= deliver(lane);
            }
        }
        if (mayMove() && open().stream().allMatch(lane -> owed.get(lane) == 0)) {
            progress |= round();
        }
        if (!progress && mayMove()) {
            closeServed();
        }
        return progress;
    }

    private boolean round() throws IOException {
        long most = mayTake();
        if (most == 0) {
            return false;
        }
        long taken = Splice.splice(trunk(), stage.writeEnd(), most);
        if (taken > 0) {
            took(taken);
            share(taken);
        }
        return taken > 0;
    }

    private void share(long staged) throws IOException {
        Lane last = open().get(open().size() - 1);
        for (Lane lane : open()) {
            if (lane != last) {
                need(staged, Splice.tee(stage.readEnd(), shares.get(lane).writeEnd(), staged));
            }
            owed.put(lane, staged);
        }
        need(staged, Splice.splice(stage.readEnd(), shares.get(last).writeEnd(), staged));
    }

    private static void need(long expected, long moved) throws IOException {
        if (moved != expected) {
            throw new IOException("a fan-out moved " + moved + " bytes between its own pipes instead of " + expected);
        }
    }

    private boolean deliver(Lane lane) throws IOException {
        long moved = lane.forward(shares.get(lane).readEnd(), lane.fd, owed.get(lane));
        if (moved == Splice.BROKEN) {
            broken(lane);
            return true;
        }
        if (moved <= 0) {
            return false;
        }
        spent(moved);
        owed.merge(lane, -moved, Long::sum);
        return true;
    }

    @Override
    void broken(Lane lane) {
        closeBranch(lane);
        shares.get(lane).close();
    }

    @Override
    Fd consumerEnd(Lane lane) {
        return lane.fd;
    }

    /**
     * Closes the outputs that have everything, once no more can come. Each at its own time: a slow consumer may be
     * waiting for what a quick one does at the end of its input.
     */
    private void closeServed() throws IOException {
        if (!atEnd(trunk())) {
            return;
        }
        for (Lane lane : List.copyOf(open())) {
            if (owed.get(lane) == 0) {
                broken(lane);
            }
        }
    }
}
