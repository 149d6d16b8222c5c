package io.shipote.core.linux;

import io.shipote.core.linux.GroupTree.FoundRun;
import io.shipote.core.linux.GroupTree.FoundWorkspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The runs whose main process is alive, as the kernel alone tells it: by the variables that every process of ours is
 * started with, and by its group where it has taken them away. The main process leads a session of its own, and none that
 * does is older. Costs about 20 µs for each process of the host; for blocking threads.
 */
public final class RunCensus {
    /** What a process that holds pipes has in its environment, beside what all have: the pipe ends, as JSON. */
    public static final String HOLDS = "SHIPOTE_HOLDS";

    private static final String WORKSPACE = "SHIPOTE_WORKSPACE";
    private static final String COMMAND = "SHIPOTE_COMMAND";
    private static final String PIPELINE = "SHIPOTE_PIPELINE";

    private final CgroupHost host;
    private final ProcFiles proc;

    public RunCensus(CgroupHost host) {
        this.host = host;
        this.proc = host.proc();
    }

    /**
     * One that is alive.
     *
     * @param main its first process
     * @param leaf its group, if it has one
     * @param holds see {@link #HOLDS}
     */
    public record Living(
            String run,
            String workspace,
            Optional<String> command,
            Optional<String> pipeline,
            Optional<String> holds,
            ProcessIdentity main,
            Optional<Path> leaf) {}

    /** By run; those that say that they belong to the daemon of another state directory are left out. */
    public Map<String, Living> take() throws IOException {
        GroupTree tree = new GroupTree(host);
        Map<Integer, FoundRun> leaves = new HashMap<>();
        Set<String> foreign = new HashSet<>();
        for (FoundWorkspace workspace : tree.workspaces()) {
            if (tree.foreign(workspace)) {
                foreign.add(workspace.id());
            } else {
                tree.runs(workspace).forEach(run -> run.pids().forEach(pid -> leaves.put(pid, run)));
            }
        }
        String bootId = proc.bootId();
        List<ProcStat> leaders = proc.snapshot().values().stream()
                .filter(stat -> !stat.zombie() && stat.session() == stat.pid() && stat.pid() != LibC.getpid())
                .sorted(Comparator.comparingLong(ProcStat::startTicks).thenComparing(ProcStat::pid))
                .toList();
        Map<String, Living> all = new TreeMap<>();
        for (ProcStat stat : leaders) {
            ProcessIdentity identity = new ProcessIdentity(bootId, stat.pid(), stat.startTicks());
            living(identity, Optional.ofNullable(leaves.get(stat.pid())))
                    .filter(one -> !foreign.contains(one.workspace()))
                    .ifPresent(one -> all.putIfAbsent(one.run(), one));
        }
        return all;
    }

    /** Whether its group says that it belongs to the daemon of our state directory; else only its variables tell. */
    public boolean owns(Living one) {
        return host.owner().isPresent()
                && one.leaf()
                        .map(Path::getParent)
                        .flatMap(GroupMark.OWNER::read)
                        .equals(host.owner());
    }

    private Optional<Living> living(ProcessIdentity main, Optional<FoundRun> leaf) {
        String environ = proc.environ(main.pid()).orElse("");
        Optional<String> run = ProcFiles.variable(environ, Containment.RUN_VARIABLE);
        Optional<String> workspace = ProcFiles.variable(environ, WORKSPACE);
        if (run.isPresent() && workspace.isPresent()) {
            return Optional.of(new Living(
                    run.get(),
                    workspace.get(),
                    ProcFiles.variable(environ, COMMAND),
                    ProcFiles.variable(environ, PIPELINE),
                    ProcFiles.variable(environ, HOLDS),
                    main,
                    leaf.filter(found -> found.run().equals(run.get())).map(FoundRun::leaf)));
        }
        return leaf.map(found -> new Living(
                found.run(),
                found.workspace().id(),
                found.command(),
                Optional.empty(),
                Optional.empty(),
                main,
                Optional.of(found.leaf())));
    }
}
