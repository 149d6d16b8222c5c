package io.shipote.daemon.methods;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Loop;
import io.shipote.daemon.control.Exchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Lets changes through when the daemon is ready for them. While it restores they wait, for at most {@link #PATIENCE};
 * while it stops they are refused. What only reads does not pass here. Confined to the loop thread.
 */
public final class Gate {
    /** How long a change waits for the end of the restore. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Changes that may wait. */
    public static final int MAX_WAITING = 1_000;

    private enum State {
        RESTORING,
        READY,
        STOPPING
    }

    private record Waiting(Exchange exchange, Runnable work, Loop.Timer timer) {}

    private final Loop loop;
    private final List<Waiting> waiting = new ArrayList<>();
    private State state = State.RESTORING;

    public Gate(Loop loop) {
        this.loop = loop;
    }

    /** Does the work now or when the restore is over, or fails the exchange with BUSY. */
    void change(Exchange exchange, Runnable work) {
        if (state == State.READY) {
            work.run();
            return;
        }
        if (state == State.STOPPING || waiting.size() >= MAX_WAITING) {
            throw busy(state == State.STOPPING ? "the daemon is stopping" : "too many changes wait for the restore");
        }
        Waiting[] entry = new Waiting[1];
        Loop.Timer timer = loop.schedule(PATIENCE, () -> {
            waiting.remove(entry[0]);
            exchange.fail(busy("the daemon is still restoring after " + PATIENCE.toSeconds() + " s"));
        });
        entry[0] = new Waiting(exchange, work, timer);
        waiting.add(entry[0]);
        if (!exchange.oneway()) {
            // Who has left would not see what came of it, and may have asked somebody else meanwhile.
            exchange.onClosed(() -> {
                if (waiting.remove(entry[0])) {
                    timer.cancel();
                }
            });
        }
    }

    private static ShipoteException busy(String why) {
        return new ShipoteException(ErrorCode.BUSY, why + " (try again)", Map.of("limit", "restore"));
    }

    /** The restore is over. */
    public void open() {
        if (state != State.RESTORING) {
            return;
        }
        state = State.READY;
        List<Waiting> all = List.copyOf(waiting);
        waiting.clear();
        for (Waiting one : all) {
            one.timer().cancel();
            loop.execute(() -> one.exchange().attempt(one.work()));
        }
    }

    /** The daemon is about to end. */
    public void close() {
        state = State.STOPPING;
        waiting.forEach(one -> {
            one.timer().cancel();
            one.exchange().fail(busy("the daemon is stopping"));
        });
        waiting.clear();
    }

    /** Whether the daemon is about to end. */
    boolean stopping() {
        return state == State.STOPPING;
    }

    /** Whether changes are let through. */
    public boolean ready() {
        return state == State.READY;
    }

    String word() {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
