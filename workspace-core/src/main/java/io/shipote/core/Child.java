package io.shipote.core;

import io.shipote.card.ExitStatus;
import io.shipote.core.linux.Freezing;
import io.shipote.core.linux.ResourceTotals;
import io.shipote.core.linux.UsageSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A started process together with everything that descends from it. Confined to the loop thread; what blocks is done
 * elsewhere and comes back as a task.
 */
public interface Child extends Tree {
    /** For display only: never signal it. */
    int pid();

    /** When it was started, in clock ticks since boot: with the boot id, what tells it from a later one of that pid. */
    long startTicks();

    /** Calls back once when the process has exited; at once if it has. */
    void whenExited(Consumer<ExitStatus> callback);

    /** What it has used in all, once it has exited; empty where nobody can tell. */
    Optional<ResourceTotals> totals();

    /** Sends the signal to every process of the tree and tells how many there were. */
    void signal(int signal, Consumer<Integer> done);

    /** Keeps the whole tree from running until {@link #thaw}, and tells how. An end needs no thaw before. */
    void freeze(Answer<Freezing> answer);

    /** Lets it run again. */
    void thaw(Runnable done);

    /** How it is kept from running; empty when it runs. Of one that was adopted: as it was found. */
    Optional<Freezing> frozen();

    /** Where its use of memory and processor time can be read. */
    UsageSource usageSource();
}
