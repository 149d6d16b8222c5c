package io.shipote.core;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.linux.Containment;
import io.shipote.core.linux.Freezing;
import io.shipote.core.linux.Signals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All processes of a run as one thing: signalled, frozen and ended together, and looked after until none is left.
 * Confined to the loop; what blocks goes to one thread, in the order of the calls.
 *
 * <pre>
 *   alive --end--> stop signal --grace--> SIGKILL --nothing left--> gone
 *                                            +--still there after {@link #UNKILLABLE}--> told; may go later
 * </pre>
 */
final class ProcessTree implements Tree {
    /** What descendants that stay behind get between the stop signal and SIGKILL. */
    static final Duration LEFTOVER_GRACE = Duration.ofSeconds(1);

    /** How long after SIGKILL a tree that is still there is said not to be killable. */
    static final Duration UNKILLABLE = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(ProcessTree.class);

    private final Loop loop;
    private final Executor blocking;
    private final Containment containment;
    private final Remaining remaining;
    private final int stopSignal;
    private final Lookout lookout;
    private final Waiters whenGone = new Waiters();
    private final Waiters whenDone = new Waiters();

    private boolean leaderGone;
    private boolean leftAlone;
    private boolean gone;
    private boolean ending;
    private boolean killing;
    private boolean killed;
    private Optional<Freezing> frozen = Optional.empty();
    private Optional<String> remains = Optional.empty();
    private Optional<Loop.Timer> killTimer = Optional.empty();
    private Optional<Loop.Timer> giveUpTimer = Optional.empty();

    /** Says in words which processes are left. On the blocking thread. */
    interface Remaining {
        String describe() throws IOException;
    }

    /** @param stopSignal the first signal of {@link #end} */
    ProcessTree(Loop loop, Executor blocking, Containment containment, Remaining remaining, int stopSignal) {
        this.loop = loop;
        this.blocking = blocking;
        this.containment = containment;
        this.remaining = remaining;
        this.stopSignal = stopSignal;
        this.lookout = new Lookout(loop, blocking, containment, this::empty, this::notEmpty);
    }

    /**
     * The main process has ended.
     *
     * @param leaveAlone whether descendants that stay behind are left alone, unless they are being ended already
     */
    void leaderGone(boolean leaveAlone) {
        leaderGone = true;
        leftAlone = leaveAlone;
        lookout.hurry();
    }

    private void empty() {
        gone = true;
        remains = Optional.empty();
        killTimer.ifPresent(Loop.Timer::cancel);
        giveUpTimer.ifPresent(Loop.Timer::cancel);
        attempt("clear up after", containment::remove);
        whenDone.release();
        whenGone.release();
    }

    private void notEmpty() {
        if (!ending && !leftAlone) {
            end(LEFTOVER_GRACE, () -> {});
        } else if (killing) {
            // Those that were forked while the last round went on.
            attempt("kill", containment::kill);
        }
    }

    /**
     * Ends all of it: the stop signal, after the grace SIGKILL; SIGKILL at once if the grace is zero. What is frozen is
     * thawed as soon as the signal waits for it.
     *
     * @param done called when nothing is left, or when what is left cannot be killed: see {@link #remains}
     */
    @Override
    public void end(Duration grace, Runnable done) {
        if (gone) {
            done.run();
            return;
        }
        whenDone.add(done);
        ending = true;
        killTimer.ifPresent(Loop.Timer::cancel);
        if (grace.isZero()) {
            kill();
            return;
        }
        boolean thaw = frozen.isPresent();
        frozen = Optional.empty();
        attempt("signal", () -> {
            containment.signal(stopSignal);
            if (thaw) {
                containment.thaw();
            }
        });
        killTimer = Optional.of(loop.schedule(grace, this::kill));
        hurry();
    }

    private void kill() {
        if (gone) {
            return;
        }
        killed = true;
        frozen = Optional.empty();
        if (!killing) {
            killing = true;
            giveUpTimer = Optional.of(loop.schedule(UNKILLABLE, this::giveUp));
        }
        attempt("kill", containment::kill);
        hurry();
    }

    /** As long as the main process runs it is its end that counts. */
    private void hurry() {
        if (leaderGone) {
            lookout.hurry();
        }
    }

    private void giveUp() {
        killing = false;
        blocking.execute(() -> {
            String left = describe();
            loop.execute(() -> givenUp(left));
        });
    }

    private String describe() {
        try {
            return remaining.describe();
        } catch (IOException | UncheckedIOException e) {
            return "its processes cannot be seen: " + e.getMessage();
        }
    }

    private void givenUp(String left) {
        if (gone) {
            return;
        }
        remains = Optional.of("not gone " + UNKILLABLE.toSeconds() + " s after SIGKILL: " + left);
        LOG.error("a tree of processes is {}", remains.get());
        whenDone.release();
    }

    /** Keeps all of it from running until {@link #thaw}. */
    void freeze(Answer<Freezing> answer) {
        if (gone) {
            answer.ok(Freezing.GROUP);
            return;
        }
        // A later call finds it frozen: what blocks is done in order.
        frozen = Optional.of(Freezing.GROUP);
        blocking.execute(() -> {
            try {
                Freezing how = containment.freeze();
                loop.execute(() -> {
                    frozen = frozen.map(before -> how);
                    answer.ok(how);
                });
            } catch (IOException | UncheckedIOException e) {
                loop.execute(() -> notFrozen(e, answer));
            }
        });
    }

    private void notFrozen(Exception cause, Answer<Freezing> answer) {
        thaw(() -> answer.fail(
                new ShipoteException(ErrorCode.INTERNAL, "its processes could not be frozen: " + cause.getMessage())));
    }

    /** Lets it run again. */
    void thaw(Runnable done) {
        frozen = Optional.empty();
        if (gone) {
            done.run();
            return;
        }
        attempt("thaw", containment::thaw);
        blocking.execute(() -> loop.execute(done));
    }

    /** An earlier daemon froze it so. */
    void foundFrozen(Freezing how) {
        frozen = Optional.of(how);
    }

    Optional<Freezing> frozen() {
        return frozen;
    }

    /** Sends the signal to all and tells how many there were. */
    void signal(int signal, Consumer<Integer> done) {
        killed |= signal == Signals.KILL;
        blocking.execute(() -> {
            int count = 0;
            try {
                count = containment.pids().size();
                containment.signal(signal);
            } catch (IOException | UncheckedIOException e) {
                LOG.warn("could not send signal {} to {} processes", signal, count, e);
            }
            int signalled = count;
            loop.execute(() -> done.accept(signalled));
        });
    }

    /** Whether a SIGKILL of ours is among those that it can have died of. */
    boolean killed() {
        return killed;
    }

    @Override
    public Optional<String> remains() {
        return remains;
    }

    @Override
    public void whenGone(Runnable callback) {
        if (gone) {
            callback.run();
        } else {
            whenGone.add(callback);
        }
    }

    private interface Action {
        void run() throws IOException;
    }

    private void attempt(String what, Action action) {
        blocking.execute(() -> {
            try {
                action.run();
            } catch (IOException | UncheckedIOException e) {
                LOG.warn("could not {} a tree of processes", what, e);
            }
        });
    }
}
