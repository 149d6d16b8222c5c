package io.shipote.core.linux;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * All processes that belong to one run, and how they are reached. A pid is never signalled as such: each
 * process is held by a {@link PidFd} first, and its membership looked at again after that. For blocking
 * threads; one thread at a time.
 */
public interface Containment {
    /** The environment variable that names the run; processes inherit it. */
    String RUN_VARIABLE = "SHIPOTE_RUN";

    /** By session, descent and environment, for machines without groups. */
    static Containment scan(ProcFiles proc, String runId, Optional<ProcessIdentity> leader) {
        return new ScanContainment(proc, runId, leader);
    }

    /** Where the use of them all can be read. */
    UsageSource usageSource();

    /** The live ones; zombies do not count. */
    List<Integer> pids() throws IOException;

    /** To each process that is a member now. One that is being forked may be missed: look again. */
    void signal(int signal) throws IOException;

    /** SIGKILL for all, repeated until no new ones appear. Does not wait until they are gone. */
    void kill() throws IOException;

    /** No live process is left. */
    boolean empty() throws IOException;

    /** Clears away what the run leaves behind; does nothing while processes are left. */
    void remove() throws IOException;
}
