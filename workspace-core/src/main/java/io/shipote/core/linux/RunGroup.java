package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The groups of one run: its own leaf in the v2 tree, and its workspace's groups in v1 trees, or one of its own below
 * where it has a limit of its own. Where there is no leaf, its processes are found by {@code SHIPOTE_RUN} in their
 * environment. For blocking threads; one thread at a time.
 */
public final class RunGroup {
    private final CgroupHost host;
    private final ProcFiles proc;
    private final WorkspaceGroup workspace;
    private final String runId;
    private final Optional<Path> leaf;
    /** Per v1 controller the group to be in: the workspace's, or an own one below it. */
    private final Map<String, Path> v1;

    RunGroup(CgroupHost host, WorkspaceGroup workspace, String runId, Optional<Path> leaf) {
        this.host = host;
        this.proc = host.proc();
        this.workspace = workspace;
        this.runId = runId;
        this.leaf = leaf;
        this.v1 = workspace.v1();
    }

    /**
     * Sets a limit of this run alone; before it is started, as where it has to go may change by that.
     *
     * @return empty when that is done, else why not
     */
    public Optional<String> set(Limit limit, String value) {
        if (host.mode() == CgroupHost.Mode.V2) {
            return new V2Limits(host, leaf.orElseThrow()).set(limit, Optional.of(value));
        }
        return new V1Limits(new Own()).set(limit, Optional.of(value));
    }

    /** Groups of v1 controllers below those of the workspace. */
    private final class Own implements V1Limits.Groups {
        @Override
        public Optional<Path> find(String controller) {
            return Optional.ofNullable(v1.get(controller)).filter(group -> group.endsWith(runId));
        }

        @Override
        public Optional<String> make(String controller) {
            Optional<String> refused = workspace.makeFor(controller);
            if (refused.isPresent() || find(controller).isPresent()) {
                return refused;
            }
            Path group = workspace.v1().get(controller).resolve(runId);
            try {
                GroupDir.make(group);
                if (controller.equals("cpuset")) {
                    V1Limits.inherit(group);
                }
            } catch (IOException e) {
                return Optional.of(CgroupHost.notApplied(String.valueOf(e.getMessage())));
            }
            v1.put(controller, group);
            return Optional.empty();
        }
    }

    /** What the process has to enter before it begins; see {@link SpawnRequest#cgroupProcsFiles()}. */
    public List<Path> procsFiles() {
        List<Path> files = new ArrayList<>();
        v1.values().forEach(group -> files.add(group.resolve(GroupDir.PROCS)));
        leaf.ifPresent(group -> files.add(group.resolve(GroupDir.PROCS)));
        return List.copyOf(files);
    }

    /** Whether groups may have been added to the workspace's since this object was made; only v1 trees have such. */
    public boolean mayHaveToSettle() {
        return host.mode() == CgroupHost.Mode.HYBRID || host.mode() == CgroupHost.Mode.V1;
    }

    /**
     * Moves the processes of the run into the groups that its workspace has got since this object was made: who was being
     * started then was not yet to be moved with the others.
     */
    public void settle() throws IOException {
        for (Map.Entry<String, Path> added : workspace.v1().entrySet()) {
            if (v1.putIfAbsent(added.getKey(), added.getValue()) == null) {
                GroupDir.move(this::pids, added.getValue());
            }
        }
    }

    /** What its leaf and its own v1 groups are called. */
    public String runId() {
        return runId;
    }

    /** The leaf, if there is one; its {@code cgroup.events} tells when it becomes empty. */
    public Optional<Path> leaf() {
        return leaf;
    }

    /** The live processes of the run, also those in groups that it made below its leaf. */
    public List<Integer> pids() throws IOException {
        return leaf.isPresent() ? GroupDir.allPids(leaf.get()) : proc.withEnvironment(Containment.RUN_VARIABLE, runId);
    }

    /** Any live process is in the leaf or below it. */
    public boolean populated() throws IOException {
        if (leaf.isEmpty()) {
            return !pids().isEmpty();
        }
        return GroupDir.lines(leaf.get().resolve("cgroup.events")).contains("populated 1");
    }

    /** SIGKILL for all at once, forks included; false when there is no leaf or the kernel cannot (before 5.14). */
    public boolean kill() {
        return leaf.isPresent()
                && GroupDir.write(leaf.get().resolve("cgroup.kill"), "1").isEmpty();
    }

    /** Sends a signal to each process that is in the run, as {@link Containment#signal} does. */
    public void signal(int signal) throws IOException {
        containment(Optional.empty()).signal(signal);
    }

    /** Stops or continues all of it without their notice; empty when done, else why not. */
    public Optional<String> freeze(boolean frozen) {
        if (leaf.isEmpty()) {
            return Optional.of("not applied: no group to freeze");
        }
        return GroupDir.write(leaf.get().resolve("cgroup.freeze"), frozen ? "1" : "0")
                .map(why -> "not applied: " + why);
    }

    /** Where the use of this run can be read. */
    UsageSource usageSource() {
        return new UsageSource.Tree(runId, leaf, Optional.empty());
    }

    /**
     * How all of the run's processes are reached.
     *
     * @param leader the process that was started, where it is known: helps when there is no leaf
     */
    public Containment containment(Optional<ProcessIdentity> leader) {
        return leaf.isPresent() ? new LeafContainment(this) : Containment.scan(proc, runId, leader);
    }

    /** Removes what is its own; true when it is gone, false while processes are in it. */
    public boolean remove() throws IOException {
        boolean gone = true;
        for (Path group : v1.values()) {
            Path own = group.endsWith(runId) ? group : group.resolve(runId);
            gone &= !Files.isDirectory(own) || GroupDir.remove(own);
        }
        return (leaf.isEmpty() || !Files.exists(leaf.get()) || GroupDir.remove(leaf.get())) && gone;
    }
}
