package io.shipote.daemon;

import io.shipote.daemon.control.MethodTable;
import java.util.Optional;

/** What the daemon does, seen from what carries it. Made and called on the loop. */
public interface Domain {
    /** Adds the handlers of its methods; before a first call is read. */
    void register(MethodTable table);

    /**
     * Called when the socket is there, and before a first call is answered: the time to adopt and relaunch.
     *
     * @param restored run when that is done
     */
    void start(Runnable restored);

    /** What an upgrade needs of it; empty where there is nothing to hand over. Called after {@link #register}. */
    default Optional<Standby> standby() {
        return Optional.empty();
    }

    /**
     * Refuse new work, finish the writes, then run {@code done}. Commands and pipelines are left or ended as asked for.
     * The daemon waits for it {@link Daemon#STOP_LIMIT} at most. Called once, and only after {@link #start}.
     */
    void stop(Runnable done);
}
