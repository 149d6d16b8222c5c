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
import io.shipote.core.linux.UsageSource;
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

    /** Who was killed is counted in the group for a moment longer than anybody can wait for it. */
    private static final Duration RELEASE_PAUSE = Duration.ofMillis(50);

    private static final int RELEASE_TRIES = 40;

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
    }

    /** Whether the deaths of what was launched or adopted here are noticed. */
    public Reaping reaping() {
        return reaping;
    }

    @Override
    public void prepare(WorkspaceId id, WorkspaceSpec spec, Consumer<Prepared> done) {
        worker.execute(() -> {
            Prepared prepared;
            try {
                prepared = groups.prepare(id, spec)
                        .with(isolation.of(Asked.of(spec.soma())).applied());
            } catch (IOException | RuntimeException e) {
                LOG.warn("the group of workspace {} could not be made", spec.label(), e);
                prepared = new Prepared(
                        List.of(Applied.degraded("cgroup", e.getMessage())), Optional.empty(), UsageSource.NONE);
            }
            Prepared result = prepared;
            loop.execute(() -> done.accept(result));
        });
    }

    @Override
    public void assess(
            WorkspaceId id, WorkspaceSpec workspace, List<CommandRef> commands, Consumer<List<List<Applied>>> done) {
        worker.execute(() -> {
            List<List<Applied>> results = commands.stream()
                    .map(command -> assessed(id, workspace, command))
                    .toList();
            loop.execute(() -> done.accept(results));
        });
    }

    private List<Applied> assessed(WorkspaceId id, WorkspaceSpec workspace, CommandRef command) {
        List<Applied> items = new ArrayList<>();
        try {
            Asked asked = Asked.of(workspace.soma(), command, new Problems());
            items.addAll(isolation.of(asked).applied());
            groups.tryLimits(id, workspace, command.soma())
                    .forEach(one -> items.add(new Applied("soma." + one.item(), one.outcome(), one.why())));
        } catch (IOException | RuntimeException e) {
            LOG.warn("what becomes of the limits of '{}' cannot be told", command.label(), e);
            items.add(Applied.degraded("soma", "it cannot be told: " + e.getMessage()));
        }
        return items;
    }

    @Override
    public void release(WorkspaceId id, Runnable done) {
        release(id, RELEASE_TRIES, done);
    }

    private void release(WorkspaceId id, int tries, Runnable done) {
        worker.execute(() -> {
            if (!groupGone(id)) {
                if (tries > 1) {
                    loop.execute(() -> loop.schedule(RELEASE_PAUSE, () -> release(id, tries - 1, done)));
                    return;
                }
                groups.abandon(id);
            }
            try {
                records.delete(id);
            } catch (IOException | RuntimeException e) {
                LOG.warn("the runs of workspace {} could not be removed", id, e);
            }
            loop.execute(done);
        });
    }

    private boolean groupGone(WorkspaceId id) {
        try {
            return groups.release(id);
        } catch (IOException | RuntimeException e) {
            LOG.warn("the group of workspace {} could not be removed", id, e);
            return false;
        }
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
                // Whatever it is: the restore of everything else waits for this answer.
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
        later("keep the record of run " + record.run(), () -> records.write(record));
    }

    @Override
    public void keep(List<RunRecord> changed, Runnable done) {
        changed.forEach(this::keep);
        worker.execute(() -> loop.execute(done));
    }

    @Override
    public void keepRefused(RunRecord record) {
        later("keep the record of run " + record.run(), () -> records.create(record));
    }

    @Override
    public void forget(RunRecord record) {
        if (!keptForLeftovers(record)) {
            later("remove run " + record.run(), () -> records.delete(record.workspace(), record.run()));
        }
    }

    /** By its record the next daemon knows that what a run left behind is to be left alone: it goes with the last of it. */
    private boolean keptForLeftovers(RunRecord record) {
        Optional<ProcessTree> left = children.leftAlone(record.run());
        left.ifPresent(tree -> tree.whenGone(() -> forget(record)));
        return left.isPresent();
    }

    @Override
    public void forget(List<RunRecord> gone, Runnable done) {
        List<RunRecord> now =
                gone.stream().filter(record -> !keptForLeftovers(record)).toList();
        worker.execute(() -> {
            for (RunRecord record : now) {
                try {
                    records.delete(record.workspace(), record.run());
                } catch (IOException e) {
                    LOG.warn("could not remove run {}", record.run(), e);
                }
            }
            loop.execute(done);
        });
    }

    private interface Write {
        void run() throws IOException;
    }

    private void later(String what, Write write) {
        worker.execute(() -> {
            try {
                write.run();
            } catch (IOException e) {
                LOG.warn("could not {}", what, e);
            }
        });
    }
}
