package io.shipote.core;

import io.shipote.card.wire.JobState;
import io.shipote.core.linux.Freezing;
import io.shipote.core.store.RunRecord;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a workspace holds: a {@link Command}, or something that is made of several, such as a pipeline. Confined to
 * the loop thread.
 */
public interface Job {
    /** The ULID by which clients name it. */
    String id();

    /** The name or label by which clients may name it too. */
    String label();

    Workspace workspace();

    JobState state();

    /** The state in words, with its reason. */
    String why();

    /** The commands that it is made of, running or not. */
    default int commandCount() {
        return 1;
    }

    /** The runs that are alive now. */
    List<Run> liveRuns();

    /** Visits the runs that are alive now, without making a list of them. */
    default void forEachLive(Consumer<Run> visitor) {
        liveRuns().forEach(visitor);
    }

    /** Processes besides its runs that it needs and that are not shown: they belong to it, and end with it. */
    default List<Run> keepers() {
        return List.of();
    }

    /** The newest record of each of its processes, alive or not. */
    List<RunRecord> lastRecords();

    /** All its records that are kept: the newest ones, and those of earlier runs. */
    default List<RunRecord> keptRecords() {
        return lastRecords();
    }

    /** What of its newest runs could not be killed, in words. */
    List<String> remains();

    /**
     * Ends it for good: nothing restarts it until it is started again. {@code done} runs when every process is gone;
     * at once if there is none.
     */
    void stop(EndedBy by, Duration grace, Runnable done);

    /** Does a restart now that is due later; false if none is. */
    boolean retryNow();

    /** Calls back once it has ended for good; at once if it already has. The returned task takes the callback back. */
    Runnable whenSettled(Runnable callback);

    /** How long it gets between its stop signal and SIGKILL if nobody says: what its card says, else this. */
    Duration stopGrace(Duration otherwise);

    /** Keeps all of it from running, restarts included, until {@link #resume}; tells how. */
    void pause(Answer<Freezing> answer);

    /** Lets it go on. */
    void resume(Answer<Void> answer);

    /** Signals every process and tells how many were there. */
    void signal(int signal, Consumer<Integer> done);

    /** What a shell would see of it, 0 to 255; 125 as long as it is not known. */
    int shellStatus();
}
