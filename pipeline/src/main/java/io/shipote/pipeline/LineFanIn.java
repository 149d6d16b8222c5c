package io.shipote.pipeline;

import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import io.shipote.core.linux.Splice;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Several producers, one consumer, and no line is broken by another input: the start of a line waits in its producer's pipe
 * until the rest has come, or the end of the input. What then stands there without a newline is passed on as it is.
 *
 * <p>Lines are moved in runs of whole ones. splice(2) moves a run from its input to the pump's own pipe, the <em>run</em>
 * pipe, in one call and only when that is empty; from there it goes to the consumer as there is room. A pump that begins
 * anew has only to pass on first what the run pipe holds. Where the last newline is, is found by {@link LineSearch}.
 *
 * <p>A line of more than {@link LineSearch#MAX_LINE_BYTES}, or than a pipe holds, is passed in pieces, which are counted;
 * another input may come in between.
 */
public final class LineFanIn extends Pump {
    private final Pipe run;
    private final LineSearch search;
    private final Deque<Lane> turns;
    /** Bytes at the head of an input that hold no newline. */
    private final Map<Lane, Long> unended = new HashMap<>();

    private long held;

    /**
     * All descriptors are the pump's from now on, also if it is never started.
     *
     * @param ins read ends of the producers' pipes
     * @param out write end of the consumer's pipe
     * @param run empty, or as an earlier pump left it; as large as the search's pipe, and no larger than any input's
     */
    public LineFanIn(Loop pumpLoop, List<Fd> ins, Fd out, Pipe run, LineSearch search) {
        super(pumpLoop, out, Loop.Interest.WRITE, ins, List.of(run, search));
        this.run = run;
        this.search = search;
        this.turns = new ArrayDeque<>(open());
    }

    @Override
    void resume() throws IOException {
        held = Pipe.queuedBytes(run.readEnd());
    }

    @Override
    boolean pass() throws IOException {
        boolean progress = flush();
        for (int left = turns.size(); left > 0 && held == 0 && mayMove(); left--) {
            Lane lane = turns.removeFirst();
            if (atEnd(lane.fd)) {
                progress = true;
                if (open().size() == 1) {
                    // The last: what it left in the run pipe has gone out.
                    finish();
                    return false;
                }
                closeBranch(lane);
                continue;
            }
            turns.addLast(lane);
            progress |= take(lane);
            progress |= flush();
        }
        return progress;
    }

    private boolean take(Lane lane) throws IOException {
        boolean ended = Splice.hungUp(lane.fd);
        long queued = Pipe.queuedBytes(lane.fd);
        if (queued == 0 || (!ended && queued == unended.getOrDefault(lane, 0L))) {
            return false;
        }
        LineSearch.Found found = search.in(lane.fd, ended);
        if (found.whole() == 0) {
            unended.put(lane, queued);
            return false;
        }
        unended.remove(lane);
        lane.longLines += found.piece() ? 1 : 0;
        held = lane.forward(lane.fd, run.writeEnd(), found.whole());
        if (held != found.whole()) {
            throw new IOException("a run of lines did not fit: " + held + " of " + found.whole() + " bytes");
        }
        return true;
    }

    private boolean flush() throws IOException {
        if (held == 0 || !mayMove()) {
            return false;
        }
        long moved = Splice.splice(run.readEnd(), trunk(), held);
        if (moved == Splice.BROKEN) {
            finish();
            return false;
        }
        if (moved <= 0) {
            open().forEach(Lane::waits);
            return false;
        }
        held -= moved;
        spent(moved);
        return true;
    }

    @Override
    void broken(Lane lane) {
        finish();
    }

    @Override
    Fd consumerEnd(Lane lane) {
        return trunk();
    }
}
