package io.shipote.core;

import io.shipote.card.CommandRef;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.linux.UsageSource;
import io.shipote.core.store.RunRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Starts processes on the host. Called from the loop; every answer comes back on the loop, later. */
public interface Launcher {
    /**
     * Makes the group of a workspace and applies its limits.
     *
     * @param applied per item of the spec what became of it
     * @param cgroup the group's path below the host's cgroup root, if it has one
     * @param usage where its use can be read
     */
    record Prepared(List<Applied> applied, Optional<String> cgroup, UsageSource usage) {
        /** The same with these items after its own. */
        Prepared with(List<Applied> more) {
            return new Prepared(Stream.concat(applied.stream(), more.stream()).toList(), cgroup, usage);
        }
    }

    void prepare(WorkspaceId id, WorkspaceSpec spec, Consumer<Prepared> done);

    /**
     * What will become of what the commands' own cards ask for, found out without starting any: for each of them, in
     * order, one entry per item; what concerns its own group has {@code soma.} in front.
     */
    void assess(WorkspaceId id, WorkspaceSpec workspace, List<CommandRef> commands, Consumer<List<List<Applied>>> done);

    /** Removes the group of a workspace that has no processes any more, and with it the records of its runs. */
    void release(WorkspaceId id, Runnable done);

    /** Starts all or none; in plan order. The pipe ends in the plans stay the caller's. */
    void launch(List<LaunchPlan> plans, Consumer<Outcome> done);

    /** Takes over the process of a record if it is still the same one; empty if it is gone. */
    void adopt(RunRecord record, WorkspaceSpec workspace, Consumer<Optional<Adopted>> done);

    /** What a run whose main process has ended has left behind, if anything still runs; it is left alone. */
    void leftBehind(RunRecord record, WorkspaceSpec workspace, Consumer<Optional<Tree>> done);

    /** Keeps the changed record of a run. */
    void keep(RunRecord record);

    /** The same for several; {@code done} when they are on disk, or cannot be, which is logged. */
    void keep(List<RunRecord> records, Runnable done);

    /** Keeps the record of a run whose process could not be started, so that a later daemon knows of the next try. */
    void keepRefused(RunRecord record);

    /** Removes the record and the logs of a run that has ended. */
    void forget(RunRecord record);

    /** The same for several; {@code done} when they are gone. */
    void forget(List<RunRecord> records, Runnable done);

    /** A process taken over, and its record with what was found out. */
    record Adopted(RunRecord record, Child child) {}

    /** What became of a launch. */
    sealed interface Outcome {}

    /** All were started; records and children in the order of the plans. */
    record Started(List<RunRecord> records, List<Child> children) implements Outcome {}

    /** The plan of this index could not be started; whatever had been started is gone again. */
    record NotStarted(int index, ShipoteException cause) implements Outcome {}
}
