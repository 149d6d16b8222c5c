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
        return scan(new ProcLooks(proc), runId, leader);
    }

    /** The same with looks that are shared with other runs of the same thread. */
    static Containment scan(ProcLooks looks, String runId, Optional<ProcessIdentity> leader) {
        return new ScanContainment(looks, runId, leader);
    }

    /** Where the use of them all can be read. */
    UsageSource usageSource();

    /** The live ones; zombies do not count. */
    List<Integer> pids() throws IOException;

    /** To each process that is a member now. One that is being forked may be missed: look again. */
    void signal(int signal) throws IOException;

    /** SIGKILL for all, repeated for a while until no new ones appear. Does not wait until they are gone. */
    void kill() throws IOException;

    /** No live process is left. */
    boolean empty() throws IOException;

    /** The same, for somebody who asked at this moment of {@link System#nanoTime}: a look since then will do. */
    default boolean empty(long askedNanos) throws IOException {
        return empty();
    }

    /** What tells when the last process goes, if the kernel does; the caller's to close. */
    default Optional<GroupEvents> events() throws IOException {
        return Optional.empty();
    }

    /** Keeps all of it from running until {@link #thaw}, and waits a moment for it to be so. */
    Freezing freeze() throws IOException;

    /** Lets it run again; without effect if it does. */
    void thaw() throws IOException;

    /** How it is kept from running now, also by an earlier daemon; empty when it runs. */
    Optional<Freezing> frozen() throws IOException;

    /** Clears away what the run leaves behind; does nothing while processes are left. */
    void remove() throws IOException;
}
