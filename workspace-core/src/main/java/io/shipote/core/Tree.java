package io.shipote.core;

import java.time.Duration;
import java.util.Optional;

/** Everything that descends from one process, as far as it is to be ended. Confined to the loop thread. */
public interface Tree {
    /**
     * Ends all of it: its stop signal, after the grace SIGKILL. A grace of zero kills at once.
     *
     * @param done called when nothing is left, or when what is left cannot be killed: then {@link #remains} says so
     */
    void end(Duration grace, Runnable done);

    /** What could not be killed, in words; empty unless there is such. */
    Optional<String> remains();

    /** Calls back once nothing of it is left; at once if nothing is. */
    void whenGone(Runnable callback);
}
