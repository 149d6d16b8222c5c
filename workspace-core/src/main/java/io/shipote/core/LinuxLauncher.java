package io.shipote.core;

import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.linux.CgroupHost;
import io.shipote.core.linux.Containment;
import io.shipote.core.linux.Errno;
import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.PidFd;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.ProcessIdentity;
import io.shipote.core.linux.RunGroup;
import io.shipote.core.linux.SpawnRequest;
import io.shipote.core.linux.Spawned;
import io.shipote.core.linux.Spawner;
import io.shipote.core.linux.Stdio;
import io.shipote.core.linux.WorkspaceGroup;
import io.shipote.core.store.RunPhase;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.RunRecords;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts processes on this host. Everything here that blocks runs on the launcher's thread, in the order of the calls;
 * the answers come on the loop.
 *
 * <p>The order of a launch is the contract of a restart: first the run record says {@code launching}, then the process
 * is made, inside its group and with the run's id in its environment, then the record says {@code running}.
 */
public final class LinuxLauncher implements Launcher {
    private static final Logger LOG = LoggerFactory.getLogger(LinuxLauncher.class);
    private static final Path ROOT = Path.of("/");

    private final Loop loop;
    private final Worker worker;
    private final Spawner spawner;
    private final ProcFiles proc;
    private final RunRecords records;
    private final WorkspaceGroups groups;
    private final ChildEnvironment environment;

    public LinuxLauncher(
            Loop loop,
            Worker worker,
            Spawner spawner,
            ProcFiles proc,
            RunRecords records,
            CgroupHost cgroups,
            Map<String, String> inherited) {
        this.loop = loop;
        this.worker = worker;
        this.spawner = spawner;
        this.proc = proc;
        this.records = records;
        this.groups = new WorkspaceGroups(cgroups);
        this.environment = new ChildEnvironment(inherited);
    }

    @Override
    public void prepare(WorkspaceId id, WorkspaceSpec spec, Consumer<Prepared> done) {
        worker.execute(() -> {
            Prepared prepared;
            try {
                prepared = groups.prepare(id, spec);
            } catch (IOException | RuntimeException e) {
                LOG.warn("the group of workspace {} could not be made", spec.label(), e);
                prepared = new Prepared(
                        List.of(io.shipote.card.wire.Applied.degraded("cgroup", e.getMessage())),
                        Optional.empty(),
                        () -> Usage.NONE);
            }
            Prepared result = prepared;
            loop.execute(() -> done.accept(result));
        });
    }

    @Override
    public void release(WorkspaceId id, Runnable done) {
        worker.execute(() -> {
            try {
                groups.release(id);
                records.delete(id);
            } catch (IOException | RuntimeException e) {
                LOG.warn("what workspace {} left behind could not be removed", id, e);
            }
            loop.execute(done);
        });
    }

    private record Made(RunRecord record, LinuxChild child) {}

    @Override
    public void launch(List<LaunchPlan> plans, Consumer<Outcome> done) {
        worker.execute(() -> {
            List<Made> made = new ArrayList<>();
            ShipoteException failure = null;
            for (LaunchPlan plan : plans) {
                try {
                    made.add(start(plan));
                } catch (IOException | RuntimeException e) {
                    // Also what a card holds that no program can be given, such as a NUL in an argument.
                    failure = notStarted(plan, e);
                    break;
                }
            }
            ShipoteException cause = failure;
            loop.execute(() -> launched(made, cause, done));
        });
    }

    private void launched(List<Made> made, ShipoteException failure, Consumer<Outcome> done) {
        made.forEach(one -> one.child().watch());
        if (failure == null) {
            done.accept(new Started(
                    made.stream().map(Made::record).toList(),
                    made.stream().map(one -> (Child) one.child()).toList()));
            return;
        }
        Outcome outcome = new NotStarted(made.size(), failure);
        Countdown left = new Countdown(made.size(), () -> done.accept(outcome));
        made.forEach(one -> one.child().end(Duration.ZERO, () -> {
            forget(one.record());
            left.one();
        }));
    }

    /** On the launcher's thread. */
    private Made start(LaunchPlan plan) throws IOException {
        WorkspaceGroup workspace = groups.get(plan.record().workspace(), plan.workspace());
        RunGroup group = workspace.run(plan.record().run().text());
        RunRecord record = plan.record();
        if (group.leaf().isPresent()) {
            record = record.withCgroup(group.leaf().get().toString());
        }
        records.create(record);
        Spawned spawned;
        try {
            spawned = spawner.spawn(request(plan, group));
        } catch (IOException | RuntimeException e) {
            group.remove();
            records.delete(record.workspace(), record.run());
            throw e;
        }
        RunRecord running = record.running(spawned.pid(), spawned.identity().startTicks());
        records.write(running);
        Containment containment = group.containment(Optional.of(spawned.identity()));
        return new Made(
                running,
                new LinuxChild(
                        loop, worker, spawned.pidfd(), spawned.identity().startTicks(), true, containment, proc));
    }

    private SpawnRequest request(LaunchPlan plan, RunGroup group) {
        RunRecord record = plan.record();
        List<String> argv = Argv.of(plan.spec());
        SpawnRequest request = SpawnRequest.of(
                        argv.get(0),
                        argv.subList(1, argv.size()),
                        environment.of(plan),
                        record.directory().map(Path::of).orElse(ROOT))
                .withStdio(
                        plan.stdin().<Stdio>map(Stdio.End::new).orElseGet(() -> stdin(plan)),
                        output(plan.stdout(), records.out(record.workspace(), record.run())),
                        output(plan.stderr(), records.err(record.workspace(), record.run())))
                .withCgroups(group.procsFiles());
        Optional<Long> nofile = smaller(
                plan.workspace().soma().rlimits().nofile(),
                plan.spec().soma().rlimits().nofile());
        return nofile.isPresent() ? request.withNofile(nofile.get()) : request;
    }

    private static Stdio stdin(LaunchPlan plan) {
        return Extras.stdin(plan.spec())
                .<Stdio>map(file -> new Stdio.ReadFile(Path.of(file)))
                .orElseGet(Stdio::none);
    }

    private static Stdio output(Optional<Fd> pipe, Path file) {
        return pipe.<Stdio>map(Stdio.End::new).orElseGet(() -> new Stdio.AppendFile(file));
    }

    private static Optional<Long> smaller(Optional<Long> a, Optional<Long> b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.or(() -> b);
        }
        return Optional.of(Math.min(a.get(), b.get()));
    }

    private static ShipoteException notStarted(LaunchPlan plan, Exception e) {
        String program = Argv.of(plan.spec()).get(0);
        if (e instanceof ErrnoException errno) {
            return new ShipoteException(
                    ErrorCode.NOT_STARTED,
                    "cannot start '" + program + "': " + errno.getMessage() + advice(program, errno),
                    Map.of("path", errno.path(), "errno", errno.errno()));
        }
        return new ShipoteException(
                ErrorCode.NOT_STARTED, "cannot start '" + program + "': " + e.getMessage(), Map.of("path", program));
    }

    /** What to do about the failures that users meet. */
    private static String advice(String program, ErrnoException e) {
        if (e.call().equals("chdir")) {
            return " (its working directory has to exist and be reachable for the daemon)";
        }
        if (!e.call().equals("exec")) {
            return "";
        }
        switch (e.errno()) {
            case Errno.ENOENT:
                return program.contains("/")
                        ? " (check the path)"
                        : " (is it installed? It is looked for along the daemon's PATH, or that of --env PATH=…)";
            case Errno.EACCES:
                return " (make it executable with chmod +x)";
            default:
                return "";
        }
    }

    @Override
    public void adopt(RunRecord record, WorkspaceSpec workspace, Consumer<Optional<Adopted>> done) {
        worker.execute(() -> {
            Optional<Adopted> adopted = Optional.empty();
            try {
                adopted = find(record, workspace);
            } catch (IOException | RuntimeException e) {
                // Whatever it is: the restore of everything else waits for this answer.
                LOG.error("run {} could not be adopted", record.run(), e);
            }
            Optional<Adopted> result = adopted;
            loop.execute(() -> {
                result.ifPresent(found -> ((LinuxChild) found.child()).watch());
                done.accept(result);
            });
        });
    }

    /** On the launcher's thread: by its identity, or if its launch was cut short by the run's id in its environment. */
    private Optional<Adopted> find(RunRecord record, WorkspaceSpec workspace) throws IOException {
        Optional<ProcessIdentity> found = identity(record);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        ProcessIdentity identity = found.get();
        RunRecord known = record;
        if (record.phase() == RunPhase.LAUNCHING) {
            known = record.running(identity.pid(), identity.startTicks());
            records.write(known);
        }
        Optional<PidFd> pidfd = spawner.adopt(identity);
        if (pidfd.isEmpty()) {
            return Optional.empty();
        }
        Containment containment = containment(known, workspace, identity);
        LinuxChild child = new LinuxChild(loop, worker, pidfd.get(), identity.startTicks(), false, containment, proc);
        return Optional.of(new Adopted(known, child));
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

    private Containment containment(RunRecord record, WorkspaceSpec workspace, ProcessIdentity identity)
            throws IOException {
        RunGroup group =
                groups.get(record.workspace(), workspace).run(record.run().text());
        boolean inside = record.cgroup().equals(group.leaf().map(Path::toString));
        if (inside) {
            return group.containment(Optional.of(identity));
        }
        // The daemon before us had another place for groups: what it started is still where it was.
        group.remove();
        return Containment.scan(proc, record.run().text(), Optional.of(identity));
    }

    @Override
    public void keep(RunRecord record) {
        later("keep the record of run " + record.run(), () -> records.write(record));
    }

    @Override
    public void forget(RunRecord record) {
        later("remove run " + record.run(), () -> records.delete(record.workspace(), record.run()));
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
