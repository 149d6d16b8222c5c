package io.shipote.core;

import io.shipote.card.CommandRef;
import io.shipote.card.Problems;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.isolation.Asked;
import io.shipote.core.isolation.Isolated;
import io.shipote.core.isolation.Isolation;
import io.shipote.core.isolation.LinuxHostView;
import io.shipote.core.linux.CgroupHost;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.RunGroup;
import io.shipote.core.linux.Spawned;
import io.shipote.core.linux.Spawner;
import io.shipote.core.linux.WorkspaceGroup;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.RunRecords;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts processes on this host. Everything here that blocks runs on the launcher's thread, in the order of the calls,
 * but for the making of the processes themselves: those of different launches do not depend on each other, and go on
 * side by side in {@link Lanes}. The answers come on the loop.
 *
 * <p>The order of a launch is the contract of a restart: first the run record says {@code launching}, then the process
 * is made, inside its group and with the run's id in its environment, then the record says {@code running}.
 */
public final class LinuxLauncher implements Launcher {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxLauncher.class);

    private final Loop loop;
    private final Backlog worker;
    private final Lanes lanes;
    private final Spawner spawner;
    private final RunRecords records;
    private final WorkspaceGroups groups;
    private final Isolation isolation;
    private final ProcessRequest requests;
    private final Children children;
    private final Adoption adoption;
    private final GroupPreparation preparation;
    private final RecordKeeping keeping;
    private final Reaping reaping = new Reaping();
    private boolean closed;

    /** @param lanes to be used by the worker's thread alone */
    public LinuxLauncher(
            Loop loop,
            Worker worker,
            Lanes lanes,
            Spawner spawner,
            ProcFiles proc,
            RunRecords records,
            CgroupHost cgroups,
            Map<String, String> inherited) {
        this.loop = loop;
        this.worker = new Backlog(loop, worker);
        this.lanes = lanes;
        this.spawner = spawner;
        this.records = records;
        this.groups = new WorkspaceGroups(cgroups);
        this.isolation = new Isolation(new LinuxHostView(spawner, Optional.ofNullable(inherited.get("PATH"))));
        this.requests = new ProcessRequest(records, new ChildEnvironment(inherited));
        this.children = new Children(loop, this.worker, proc);
        this.adoption = new Adoption(spawner, proc, records, groups, children);
        this.preparation = new GroupPreparation(loop, this.worker, groups, isolation, records);
        this.keeping = new RecordKeeping(loop, this.worker, records, children);
    }

    /** Whether the deaths of what was launched or adopted here are noticed. */
    public Reaping reaping() {
        return reaping;
    }

    @Override
    public void prepare(WorkspaceId id, WorkspaceSpec spec, Consumer<Prepared> done) {
        preparation.prepare(id, spec, done);
    }

    @Override
    public void assess(
            WorkspaceId id, WorkspaceSpec workspace, List<CommandRef> commands, Consumer<List<List<Applied>>> done) {
        preparation.assess(id, workspace, commands, done);
    }

    @Override
    public void release(WorkspaceId id, Runnable done) {
        preparation.release(id, done);
    }

    private record Made(RunRecord record, RunGroup group, LinuxChild child) {}

    private record Ready(LaunchPlan plan, RunRecord record, RunGroup group, Isolated isolated) {}

    /**
     * The daemon goes: from now on nothing is started, and who asks gets no answer. It is neither started nor refused, so
     * that the next daemon does what is wanted. On the loop.
     */
    public void close() {
        closed = true;
    }

    /** Runs {@code then} on the loop when all that was handed to this launcher is done, launches included. */
    public void drained(Runnable then) {
        worker.execute(() -> lanes.drained(() -> loop.execute(then)));
    }

    @Override
    public void launch(List<LaunchPlan> plans, Consumer<Outcome> done) {
        if (closed) {
            LOG.info(
                    "{} is left to the next daemon to start",
                    plans.get(0).record().label());
            return;
        }
        try {
            worker.begin(() -> prepareAndStart(plans, done));
        } catch (ShipoteException busy) {
            // Who has begun to start it waits for an answer, as for any other failure.
            loop.execute(() -> done.accept(new NotStarted(0, busy)));
        }
    }

    private void prepareAndStart(List<LaunchPlan> plans, Consumer<Outcome> done) {
        List<Ready> ready = new ArrayList<>();
        try {
            for (LaunchPlan plan : plans) {
                ready.add(ready(plan));
            }
            lanes.execute(() -> start(ready, done));
        } catch (IOException | RuntimeException e) {
            // The group that is missing is that of the first plan that is not ready; all, if no lane had room.
            LaunchPlan failed = plans.get(Math.min(ready.size(), plans.size() - 1));
            ready.forEach(this::undo);
            ShipoteException cause = LaunchFailure.of(failed, e);
            loop.execute(() -> done.accept(new NotStarted(plans.indexOf(failed), cause)));
        }
    }

    /** On the launcher's thread: the groups of the workspaces are its own. */
    private Ready ready(LaunchPlan plan) throws IOException {
        Isolated isolated = isolated(plan);
        WorkspaceGroup workspace = groups.get(plan.record().workspace(), plan.workspace());
        RunRecord record = plan.record().withOwn(plan.spec().shape().shipote());
        RunGroup group = workspace.run(record.run().text(), record.command().text());
        for (Applied one : LimitItems.apply(plan.spec().soma(), group::set)) {
            one.why().ifPresent(why -> LOG.warn("{} of run {}: {}", one.item(), record.run(), why));
        }
        return new Ready(
                plan,
                group.leaf().isPresent() ? record.withCgroup(group.leaf().get().toString()) : record,
                group,
                isolated);
    }

    /** What holds descriptors for others is ours, not the workspace's. */
    private Isolated isolated(LaunchPlan plan) {
        if (!plan.held().isEmpty()) {
            return Isolated.NOTHING;
        }
        Problems problems = new Problems();
        Asked asked = Asked.of(plan.workspace().soma(), plan.spec(), problems);
        problems.throwIfAny("the command");
        return isolation.of(asked);
    }

    private void undo(Ready ready) {
        try {
            ready.group().remove();
            records.delete(ready.record().workspace(), ready.record().run());
        } catch (IOException | RuntimeException e) {
            LOG.warn(
                    "what the launch of run {} left could not be removed",
                    ready.record().run(),
                    e);
        }
    }

    /** On a lane. */
    private void start(List<Ready> plans, Consumer<Outcome> done) {
        List<Made> made = new ArrayList<>();
        ShipoteException failure = null;
        for (Ready ready : plans) {
            if (failure == null) {
                try {
                    made.add(start(ready));
                    continue;
                } catch (IOException | RuntimeException e) {
                    // Also what a card holds that no program can be given, such as a NUL in an argument.
                    failure = LaunchFailure.of(ready.plan(), e);
                }
            }
            undo(ready);
        }
        ShipoteException cause = failure;
        loop.execute(() -> launched(made, cause, done));
    }

    private Made start(Ready ready) throws IOException {
        records.create(ready.record());
        Optional<OomWitness> witness = children.witness(ready.group());
        Spawned spawned = spawner.spawn(requests.of(ready.plan(), ready.group(), ready.isolated()));
        RunRecord running =
                ready.record().running(spawned.pid(), spawned.identity().startTicks());
        try {
            records.write(running);
        } catch (IOException e) {
            // It runs; a later daemon finds it by its run's id in the environment, as the record says "launching".
            LOG.warn("the record of run {} does not say that it runs", running.run(), e);
        }
        return new Made(running, ready.group(), children.started(running, ready.group(), spawned, witness));
    }

    /** A limit that was set while the process was being made may have brought a group that it was not told of. */
    private void settle(Made one) {
        worker.execute(() -> {
            try {
                one.group().settle();
            } catch (IOException | RuntimeException e) {
                LOG.warn(
                        "run {} is not in all groups of its workspace",
                        one.record().run(),
                        e);
            }
        });
    }

    private void launched(List<Made> made, ShipoteException failure, Consumer<Outcome> done) {
        made.forEach(one -> one.child().watch(reaping));
        if (failure == null) {
            done.accept(new Started(
                    made.stream().map(Made::record).toList(),
                    made.stream().map(one -> (Child) one.child()).toList()));
            made.stream().filter(one -> one.group().mayHaveToSettle()).forEach(this::settle);
            return;
        }
        Outcome outcome = new NotStarted(made.size(), failure);
        Countdown left = new Countdown(made.size(), () -> done.accept(outcome));
        made.forEach(one -> one.child().end(Duration.ZERO, () -> {
            forget(one.record());
            left.one();
        }));
    }

    @Override
    public void adopt(RunRecord record, WorkspaceSpec workspace, Consumer<Optional<Adopted>> done) {
        worker.execute(() -> {
            Optional<Adopted> adopted = Optional.empty();
            try {
                Optional<Adoption.Found> found = adoption.find(record, workspace);
                if (found.isPresent()) {
                    adopted = Optional.of(new Adopted(found.get().record(), children.adopted(found.get())));
                }
            } catch (IOException | RuntimeException e) {
                if (LaunchFailure.noDescriptor(e)) {
                    loop.execute(() -> AdoptionError.throwIfNoDescriptor(e));
                    return;
                }
                // Whatever else it is: the restore of everything else waits for this answer.
                LOG.error("run {} could not be adopted", record.run(), e);
            }
            Optional<Adopted> result = adopted;
            loop.execute(() -> {
                result.ifPresent(found -> ((LinuxChild) found.child()).watch(reaping));
                done.accept(result);
            });
        });
    }

    @Override
    public void leftBehind(RunRecord record, WorkspaceSpec workspace, Consumer<Optional<Tree>> done) {
        worker.execute(() -> {
            Optional<ProcessTree> left = Optional.empty();
            try {
                left = adoption.leftBehind(record, workspace).map(found -> children.tree(record, found));
            } catch (IOException | RuntimeException e) {
                LOG.error("what run {} has left behind cannot be told", record.run(), e);
            }
            Optional<ProcessTree> result = left;
            loop.execute(() -> {
                result.ifPresent(tree -> children.leave(record.run(), tree));
                done.accept(result.map(Tree.class::cast));
            });
        });
    }

    @Override
    public void keep(RunRecord record) {
        keeping.keep(record);
    }

    @Override
    public void keep(List<RunRecord> changed, Runnable done) {
        keeping.keep(changed, done);
    }

    @Override
    public void keepRefused(RunRecord record) {
        keeping.keepRefused(record);
    }

    @Override
    public void forget(RunRecord record) {
        keeping.forget(record);
    }

    @Override
    public void forget(List<RunRecord> gone, Runnable done) {
        keeping.forget(gone, done);
    }
}
