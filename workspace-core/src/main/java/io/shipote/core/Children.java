package io.shipote.core;

import io.shipote.card.ExitStatus;
import io.shipote.card.RunId;
import io.shipote.card.StopSpec;
import io.shipote.core.linux.Containment;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.ProcLooks;
import io.shipote.core.linux.ProcessIdentity;
import io.shipote.core.linux.RunGroup;
import io.shipote.core.linux.Spawned;
import io.shipote.core.store.RunRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** Makes the objects that answer for processes. For blocking threads; what it makes blocks on the launcher's. */
final class Children {
    private final Loop loop;
    private final Executor worker;
    private final ProcFiles proc;
    private final ProcLooks looks;
    private final OomLedger ledger = new OomLedger();
    /** Those without their main process that are not being ended. Confined to the loop. */
    private final Map<RunId, ProcessTree> leftAlone = new HashMap<>();

    /** @param worker takes every task, in the order of the calls */
    Children(Loop loop, Executor worker, ProcFiles proc) {
        this.loop = loop;
        this.worker = worker;
        this.proc = proc;
        this.looks = new ProcLooks(proc);
    }

    /** Before the run begins. */
    Optional<OomWitness> witness(RunGroup group) {
        return OomWitness.of(ledger, group);
    }

    /** By its leaf, else by looking at all processes. */
    Containment containment(RunGroup group, RunRecord record, ProcessIdentity leader) {
        return group.leaf().isPresent() ? group.containment(Optional.of(leader)) : scan(record, leader);
    }

    Containment scan(RunRecord record, ProcessIdentity leader) {
        return Containment.scan(looks, record.run().text(), Optional.of(leader));
    }

    /** A process that was just started. */
    LinuxChild started(RunRecord record, RunGroup group, Spawned spawned, Optional<OomWitness> witness) {
        Containment containment = containment(group, record, spawned.identity());
        ProcessTree tree = tree(record, containment);
        LinuxChild.Origin origin =
                new LinuxChild.Origin(spawned.identity().startTicks(), true, leave(record, tree), killedBy(witness));
        return new LinuxChild(loop, worker, spawned.pidfd(), origin, tree, containment.usageSource());
    }

    /** A process of an earlier daemon; its descriptor is closed if that fails. */
    LinuxChild adopted(Adoption.Found found) throws IOException {
        Containment containment = found.containment();
        ProcessTree tree = tree(found.record(), containment);
        try {
            containment.frozen().ifPresent(tree::foundFrozen);
        } catch (IOException | RuntimeException e) {
            found.pidfd().close();
            throw e;
        }
        LinuxChild.Origin origin = new LinuxChild.Origin(
                found.identity().startTicks(),
                found.pidfd().child(),
                leave(found.record(), tree),
                killedBy(found.witness()));
        return new LinuxChild(loop, worker, found.pidfd(), origin, tree, containment.usageSource());
    }

    private static UnaryOperator<ExitStatus> killedBy(Optional<OomWitness> witness) {
        return witness.isPresent() ? witness.get()::judge : UnaryOperator.identity();
    }

    private Optional<Runnable> leave(RunRecord record, ProcessTree tree) {
        return StopSpec.of(record.own()).detachedChildren()
                ? Optional.of(() -> leave(record.run(), tree))
                : Optional.empty();
    }

    /** The main process of this tree has ended, and what is left of it is left alone. On the loop. */
    void leave(RunId run, ProcessTree tree) {
        leftAlone.put(run, tree);
        tree.whenGone(() -> leftAlone.remove(run));
        tree.leaderGone(true);
    }

    /** What is left of a run and left alone. On the loop. */
    Optional<ProcessTree> leftAlone(RunId run) {
        return Optional.ofNullable(leftAlone.get(run));
    }

    ProcessTree tree(RunRecord record, Containment containment) {
        int signal = StopSpec.of(record.own()).firstSignal();
        return new ProcessTree(loop, worker, containment, new Remains(containment, proc), signal);
    }
}
