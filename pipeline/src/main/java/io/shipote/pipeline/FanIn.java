package io.shipote.pipeline;

import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Splice;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Producers, one or more, and one consumer: the bytes of each input in their order, the inputs in turns. With one input it
 * is a relay, for an edge that is tapped.
 *
 * <p>Inputs change over at the kernel's buffers, not at lines; {@link LineFanIn} keeps lines whole. A line that was written
 * whole by one write of at most {@code PIPE_BUF} bytes (4,096, pipe(7)) stays whole, as if the producers shared one pipe; a
 * longer one may be broken by another input.
 *
 * <p>The output is closed after the end of all inputs. When the consumer dies, all inputs are closed and each producer
 * gets SIGPIPE.
 */
public final class FanIn extends Pump {
    /** Who comes next. */
    private final Deque<Lane> turns;

    /**
     * All descriptors are the pump's from now on, also if it is never started.
     *
     * @param ins read ends of the producers' pipes
     * @param out write end of the consumer's pipe
     */
    public FanIn(Loop pumpLoop, List<Fd> ins, Fd out) {
        super(pumpLoop, out, Loop.Interest.WRITE, ins, List.of());
        turns = new ArrayDeque<>(open());
    }

    /** Each splice moves bytes from one pipe to the other at once: there is no between. */
    @Override
    void resume() {}

    @Override
    boolean pass() throws IOException {
        boolean progress = false;
        for (int left = turns.size(); left > 0 && mayMove(); left--) {
            long most = mayTake();
            if (most == 0) {
                return progress;
            }
            Lane lane = turns.removeFirst();
            long moved = lane.forward(lane.fd, trunk(), most);
            if (moved == 0) {
                closeBranch(lane);
                progress = true;
                continue;
            }
            if (moved == Splice.BROKEN) {
                finish();
                return false;
            }
            if (moved > 0) {
                took(moved);
                spent(moved);
                progress = true;
            } else if (!Splice.writable(trunk())) {
                // No room: it is still this one's turn, else the first would take all the room there ever is.
                turns.addFirst(lane);
                return progress;
            }
            turns.addLast(lane);
        }
        return progress;
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
