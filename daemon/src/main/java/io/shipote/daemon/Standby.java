package io.shipote.daemon;

import io.shipote.core.Histories;
import io.shipote.core.LinuxLauncher;
import io.shipote.core.Reaping;
import io.shipote.core.linux.Spawner;
import io.shipote.core.store.StateStore;
import io.shipote.daemon.audit.AuditLog;
import io.shipote.daemon.audit.Auditor;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What an upgrade needs of the domain. Confined to the loop.
 *
 * @param ready whether it has restored and is not stopping
 */
record Standby(
        BooleanSupplier ready,
        Spawner spawner,
        LinuxLauncher launcher,
        Histories histories,
        StateStore store,
        AuditLog audit,
        Auditor auditor) {
    /** An exit that was noticed just before takes three: to be judged, to be recorded, and for what follows from it. */
    private static final int ROUNDS = 3;

    /** What lets deaths be noticed, or puts that off. */
    Reaping reaping() {
        return launcher.reaping();
    }

    /**
     * Writes everything that is known and not on disk. Launches that are under way are finished first, and their answers
     * and what these bring about recorded.
     *
     * @param done gets the reason why something could not be written, if so
     */
    void flush(Consumer<Optional<IOException>> done) {
        rounds(
                ROUNDS,
                () -> histories.flush(() ->
                        store.fold(result -> audit.flush(() -> rounds(ROUNDS, () -> done.accept(result.error()))))));
    }

    private void rounds(int left, Runnable then) {
        if (left == 0) {
            then.run();
        } else {
            launcher.drained(() -> rounds(left - 1, then));
        }
    }
}
