package io.shipote.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandRef;
import io.shipote.card.ExitStatus;
import io.shipote.card.RunId;
import io.shipote.card.StopSpec;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.linux.UsageSource;
import io.shipote.core.store.RunPhase;
import io.shipote.core.store.RunRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Starts nothing, and knows what was to be started. Every answer comes as a task of its own on the loop. */
public final class FakeLauncher implements Launcher {
    private static final int FIRST_PID = 1000;

    private final Loop loop;
    private final Map<RunId, RunRecord> records = new LinkedHashMap<>();
    private final Map<RunId, FakeChild> children = new LinkedHashMap<>();
    private final List<LaunchPlan> launches = new ArrayList<>();
    private final List<String> log = new ArrayList<>();
    private final List<RunId> forgotten = new ArrayList<>();
    private final List<WorkspaceId> prepared = new ArrayList<>();
    private final List<WorkspaceId> released = new ArrayList<>();
    private final Map<String, Integer> refused = new HashMap<>();
    private final List<Runnable> held = new ArrayList<>();
    private final List<Applied> applied = new ArrayList<>();
    private boolean holding;
    private int nextPid = FIRST_PID;

    public FakeLauncher(Loop loop) {
        this.loop = loop;
    }

    /** The launcher of the next daemon: the processes that run, run on, and their records are there. */
    public static FakeLauncher after(FakeLauncher before, Loop loop) {
        FakeLauncher next = new FakeLauncher(loop);
        next.records.putAll(before.records);
        next.nextPid = before.nextPid + FIRST_PID;
        before.children.forEach((run, child) -> {
            if (child.alive() || child.left()) {
                next.children.put(run, FakeChild.after(child, loop));
            }
        });
        return next;
    }

    /** From now on a command of this label cannot be started: this errno. */
    public void refuse(String label, int errno) {
        refused.put(label, errno);
    }

    /** From now on it can. */
    public void accept(String label) {
        refused.remove(label);
    }

    /** What prepare will say was applied, or not. */
    public void applies(Applied one) {
        applied.add(one);
    }

    /** Keeps the answers to launches and adoptions back until {@link #letGo}. */
    public void hold() {
        holding = true;
    }

    public void letGo() {
        holding = false;
        held.forEach(loop::execute);
        held.clear();
    }

    private void later(Runnable answer) {
        if (holding) {
            held.add(answer);
        } else {
            loop.execute(answer);
        }
    }

    @Override
    public void prepare(WorkspaceId id, WorkspaceSpec spec, Consumer<Prepared> done) {
        prepared.add(id);
        loop.execute(() -> done.accept(new Prepared(List.copyOf(applied), Optional.empty(), source(id))));
    }

    @Override
    public void assess(
            WorkspaceId id, WorkspaceSpec workspace, List<CommandRef> commands, Consumer<List<List<Applied>>> done) {
        List<List<Applied>> results =
                commands.stream().map(FakeLauncher::assessed).toList();
        loop.execute(() -> done.accept(results));
    }

    /** Every limit is applied, and no namespace is. */
    private static List<Applied> assessed(CommandRef command) {
        List<Applied> items = new ArrayList<>();
        LimitItems.apply(command.soma(), (limit, value) -> Optional.empty())
                .forEach(one -> items.add(new Applied("soma." + one.item(), one.outcome(), one.why())));
        if (command.soma().namespaces().net()) {
            items.add(Applied.degraded("namespaces.net", "not here"));
        }
        return items;
    }

    @Override
    public void release(WorkspaceId id, Runnable done) {
        released.add(id);
        records.values().removeIf(record -> record.workspace().equals(id));
        loop.execute(done);
    }

    @Override
    public void launch(List<LaunchPlan> plans, Consumer<Outcome> done) {
        List<RunRecord> running = new ArrayList<>();
        List<Child> made = new ArrayList<>();
        for (LaunchPlan plan : plans) {
            launches.add(plan);
            Integer errno = refused.get(plan.spec().label());
            if (errno != null) {
                made.forEach(child -> ((FakeChild) child).exit(new ExitStatus.Signalled(9, false)));
                running.forEach(this::forget);
                NotStarted failure = new NotStarted(made.size(), cause(plan, errno));
                later(() -> done.accept(failure));
                return;
            }
            Optional<ObjectNode> own = plan.spec().shape().shipote();
            FakeChild child = new FakeChild(loop, nextPid++, StopSpec.of(own));
            RunRecord record = plan.record().withOwn(own).running(child.pid(), child.startTicks());
            children.put(record.run(), child);
            records.put(record.run(), record);
            running.add(record);
            made.add(child);
        }
        later(() -> done.accept(new Started(running, made)));
    }

    private static ShipoteException cause(LaunchPlan plan, int errno) {
        String program = Argv.of(plan.spec()).get(0);
        return new ShipoteException(
                ErrorCode.NOT_STARTED,
                "cannot start '" + program + "': errno " + errno,
                Map.of("path", program, "errno", errno));
    }

    @Override
    public void adopt(RunRecord record, WorkspaceSpec workspace, Consumer<Optional<Adopted>> done) {
        FakeChild child = children.get(record.run());
        RunRecord known = record.phase() == RunPhase.LAUNCHING && child != null
                ? record.running(child.pid(), child.startTicks())
                : record;
        log.add("adopt " + record.label());
        later(() -> done.accept(Optional.ofNullable(child).map(found -> new Adopted(known, found))));
    }

    @Override
    public void leftBehind(RunRecord record, WorkspaceSpec workspace, Consumer<Optional<Tree>> done) {
        log.add("left behind by " + record.label());
        Optional<Tree> left = Optional.ofNullable(children.get(record.run()))
                .filter(FakeChild::left)
                .map(Tree.class::cast);
        later(() -> done.accept(left));
    }

    @Override
    public void keep(RunRecord record) {
        records.put(record.run(), record);
    }

    @Override
    public void keep(List<RunRecord> changed, Runnable done) {
        changed.forEach(this::keep);
        loop.execute(done);
    }

    @Override
    public void keepRefused(RunRecord record) {
        records.put(record.run(), record);
    }

    @Override
    public void forget(RunRecord record) {
        records.remove(record.run());
        forgotten.add(record.run());
    }

    /** Where the use of a workspace would be read. */
    static UsageSource source(WorkspaceId id) {
        return new UsageSource.Groups(List.of(Path.of(id.text())));
    }

    @Override
    public void forget(List<RunRecord> gone, Runnable done) {
        gone.forEach(this::forget);
        loop.execute(done);
    }

    /** All plans that were to be started, those of pipelines one by one. */
    public List<LaunchPlan> launches() {
        return List.copyOf(launches);
    }

    /** The labels of all that was to be started, in order, without those that only hold pipes. */
    public List<String> launched() {
        return launches.stream()
                .filter(plan -> plan.held().isEmpty())
                .map(plan -> plan.spec().label())
                .toList();
    }

    /** What was to be adopted, in order. */
    public List<String> adoptions() {
        return List.copyOf(log);
    }

    /** The process of the newest launch of this label. */
    public FakeChild child(String label) {
        FakeChild found = null;
        for (Map.Entry<RunId, FakeChild> one : children.entrySet()) {
            RunRecord record = records.get(one.getKey());
            if (record != null && record.label().equals(label)) {
                found = one.getValue();
            }
        }
        if (found == null) {
            throw new AssertionError("no process of '" + label + "'");
        }
        return found;
    }

    /** The processes that run. */
    public List<FakeChild> alive() {
        return children.values().stream().filter(FakeChild::alive).toList();
    }

    /** A process is gone, and nobody saw how. */
    public void vanish(String label) {
        FakeChild gone = child(label);
        children.values().removeIf(child -> child == gone);
    }

    /** The records as they are on disk. */
    public List<RunRecord> records() {
        return List.copyOf(records.values());
    }

    public List<RunId> forgotten() {
        return List.copyOf(forgotten);
    }

    public List<WorkspaceId> prepared() {
        return List.copyOf(prepared);
    }

    public List<WorkspaceId> released() {
        return List.copyOf(released);
    }
}
