package io.shipote.core;

import io.shipote.card.WorkspaceSpec;
import io.shipote.core.linux.Containment;
import io.shipote.core.linux.PidFd;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.ProcessIdentity;
import io.shipote.core.linux.RunGroup;
import io.shipote.core.linux.Spawner;
import io.shipote.core.store.RunPhase;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.RunRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the process of a run record that an earlier daemon left: by its identity, or if its launch was cut short by the
 * run's id in its environment. Confined to the launcher's thread.
 */
final class Adoption {
    private final Spawner spawner;
    private final ProcFiles proc;
    private final RunRecords records;
    private final WorkspaceGroups groups;
    private final Children children;

    Adoption(Spawner spawner, ProcFiles proc, RunRecords records, WorkspaceGroups groups, Children children) {
        this.spawner = spawner;
        this.proc = proc;
        this.records = records;
        this.groups = groups;
        this.children = children;
    }

    /** A process that is still the one of its record, held by a descriptor that is the caller's to close. */
    record Found(
            RunRecord record,
            ProcessIdentity identity,
            PidFd pidfd,
            Containment containment,
            Optional<OomWitness> witness) {}

    /** Empty when it is gone, or its number belongs to somebody else by now. */
    Optional<Found> find(RunRecord record, WorkspaceSpec workspace) throws IOException {
        Optional<ProcessIdentity> seen = identity(record);
        if (seen.isEmpty()) {
            return Optional.empty();
        }
        ProcessIdentity identity = seen.get();
        RunRecord known = record;
        if (record.phase() == RunPhase.LAUNCHING) {
            known = record.running(identity.pid(), identity.startTicks());
            records.write(known);
        }
        Optional<PidFd> pidfd = spawner.adopt(identity);
        if (pidfd.isEmpty()) {
            return Optional.empty();
        }
        boolean found = false;
        try {
            RunGroup group = group(known, workspace);
            Containment containment = containment(known, group, identity);
            Optional<OomWitness> witness = children.witness(group);
            found = true;
            return Optional.of(new Found(known, identity, pidfd.get(), containment, witness));
        } finally {
            if (!found) {
                pidfd.get().close();
            }
        }
    }

    /** What is left of a run whose main process has ended; empty if nothing is. */
    Optional<Containment> leftBehind(RunRecord record, WorkspaceSpec workspace) throws IOException {
        if (!record.bootId().equals(proc.bootId())) {
            return Optional.empty();
        }
        ProcessIdentity leader = new ProcessIdentity(record.bootId(), record.pid(), record.startTicks());
        Containment containment = containment(record, group(record, workspace), leader);
        if (containment.empty()) {
            containment.remove();
            return Optional.empty();
        }
        return Optional.of(containment);
    }

    private RunGroup group(RunRecord record, WorkspaceSpec workspace) throws IOException {
        return groups.get(record.workspace(), workspace).run(record.run().text());
    }

    /** Who it is; of a launch that was cut short only its run's id, in the environment of its processes, is known. */
    private Optional<ProcessIdentity> identity(RunRecord record) {
        if (record.phase() != RunPhase.LAUNCHING) {
            return Optional.of(new ProcessIdentity(record.bootId(), record.pid(), record.startTicks()));
        }
        return proc.withEnvironment(ChildEnvironment.RUN, record.run().text()).stream()
                .sorted()
                .findFirst()
                .flatMap(proc::identity);
    }

    private Containment containment(RunRecord record, RunGroup group, ProcessIdentity identity) throws IOException {
        boolean inside = record.cgroup().equals(group.leaf().map(Path::toString));
        if (inside) {
            return children.containment(group, record, identity);
        }
        // The daemon before us had another place for groups: what it started is still where it was.
        group.remove();
        return children.scan(record, identity);
    }
}
