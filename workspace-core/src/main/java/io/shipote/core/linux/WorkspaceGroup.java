package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The groups of one workspace: limits, use, and a leaf for each run. Without groups all of it answers as well:
 * every wish is "not applied". For blocking threads; one thread at a time.
 */
public final class WorkspaceGroup {
    private final CgroupHost host;
    private final String name;
    private final boolean fresh;
    private final Optional<String> unmarked;
    /** Immutable, and replaced when one is added. */
    private Map<String, Path> groups;

    WorkspaceGroup(CgroupHost host, String name, Map<String, Path> groups, boolean fresh, Optional<String> unmarked) {
        this.host = host;
        this.name = name;
        this.groups = Map.copyOf(groups);
        this.fresh = fresh;
        this.unmarked = unmarked;
    }

    /** Writes down whose group it is; empty when that is done, else why not. */
    static Optional<String> mark(CgroupHost host, Path group) {
        // The owner first: without it nobody would remove the group of a workspace that was never stored.
        return host.owner()
                .flatMap(owner -> GroupMark.OWNER.write(group, owner))
                .or(() -> GroupMark.WORKSPACE.write(group, group.getFileName().toString()));
    }

    /** Whether none of it was there before: then nothing is limited yet. */
    public boolean fresh() {
        return fresh;
    }

    /** Why its directory does not carry who it is; empty when it does, or when there are no groups. */
    public Optional<String> unmarked() {
        return unmarked;
    }

    /** Whether all of its directories are still there. */
    public boolean there() {
        return groups.values().stream().allMatch(Files::isDirectory);
    }

    /**
     * Sets a limit of all runs together, or takes it away.
     *
     * @return empty when that is done, else why not; then what was before stays
     */
    public Optional<String> set(Limit limit, Optional<String> value) {
        if (host.mode() == CgroupHost.Mode.V2) {
            return new V2Limits(host, groups.get(OwnGroups.UNIFIED)).set(limit, value);
        }
        return new V1Limits(new Own()).set(limit, value);
    }

    /** The groups of v1 controllers, of which some are made when a limit needs them. */
    private final class Own implements V1Limits.Groups {
        @Override
        public Optional<Path> find(String controller) {
            return Optional.ofNullable(groups.get(controller));
        }

        @Override
        public Optional<String> make(String controller) {
            return makeFor(controller);
        }
    }

    /** Empty when the controller has its group, into which everybody has been moved. */
    Optional<String> makeFor(String controller) {
        if (groups.containsKey(controller)) {
            return Optional.empty();
        }
        if (!host.own().containsKey(controller)) {
            return Optional.of(host.missing(controller));
        }
        try {
            Path made = host.make(controller, name);
            Optional<Path> members = unified().or(() -> groups.values().stream().findFirst());
            if (members.isPresent()) {
                GroupDir.moveAll(members.get(), made);
            }
            Map<String, Path> more = new LinkedHashMap<>(groups);
            more.put(controller, made);
            groups = Map.copyOf(more);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(CgroupHost.notApplied(String.valueOf(e.getMessage())));
        }
    }

    /**
     * The groups for one run, made or found.
     *
     * @param runId names the leaf, and is the value of {@code SHIPOTE_RUN} in the run's environment
     */
    public RunGroup run(String runId) throws IOException {
        GroupName.check(runId);
        Optional<Path> leaf = unified().map(group -> group.resolve(runId));
        if (leaf.isPresent()) {
            GroupDir.make(leaf.get());
        }
        return new RunGroup(host, this, runId, leaf);
    }

    /** The same for a new run, whose leaf then tells which command it is an attempt of. */
    public RunGroup run(String runId, String commandId) throws IOException {
        RunGroup run = run(runId);
        if (run.leaf().isPresent() && unmarked.isEmpty()) {
            GroupMark.RUN.write(run.leaf().get(), runId);
            GroupMark.COMMAND.write(run.leaf().get(), commandId);
        }
        return run;
    }

    /** The ids of the runs that have a leaf, also of earlier daemons. */
    public List<String> runs() throws IOException {
        Optional<Path> group = unified();
        if (group.isEmpty()) {
            return List.of();
        }
        return GroupDir.children(group.get()).stream()
                .map(leaf -> leaf.getFileName().toString())
                .toList();
    }

    private Optional<Path> unified() {
        return Optional.ofNullable(groups.get(OwnGroups.UNIFIED));
    }

    /** Per v1 controller its group. */
    Map<String, Path> v1() {
        Map<String, Path> all = new LinkedHashMap<>(groups);
        all.remove(OwnGroups.UNIFIED);
        return all;
    }

    /** The directories that were made; empty without groups. */
    public List<Path> directories() {
        return List.copyOf(groups.values());
    }

    /** Removes the leaves and then the groups, and what its name made above; false while there are processes in one. */
    public boolean remove() throws IOException {
        return host.remove(name);
    }
}
