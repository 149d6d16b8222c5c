package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The groups of one workspace: limits, use, and a leaf for each run. Without groups all of it answers as well:
 * every wish is "not applied". For blocking threads; one thread at a time.
 */
public final class WorkspaceGroup implements AutoCloseable {
    private static final long MIN_WEIGHT = 1;
    private static final long MAX_WEIGHT = 10_000;
    private static final long DEFAULT_WEIGHT = 100;
    private static final long DEFAULT_SHARES = 1024;
    private static final long MIN_SHARES = 2;

    private final CgroupHost host;
    private final Map<String, Path> groups;
    private Optional<UsageFiles> usage = Optional.empty();

    WorkspaceGroup(CgroupHost host, Map<String, Path> groups) {
        this.host = host;
        this.groups = Map.copyOf(groups);
    }

    /** The most memory of all runs together, in bytes; empty when applied, else why not. */
    public Optional<String> setMemoryMax(long bytes) {
        return set("memory", "memory.max", "memory.limit_in_bytes", Long.toString(bytes), Long.toString(bytes));
    }

    /** The most processes and threads; empty when applied, else why not. */
    public Optional<String> setPidsMax(long count) {
        return set("pids", "pids.max", "pids.max", Long.toString(count), Long.toString(count));
    }

    /** The share of the processors under contention, 1 to 10000, normally 100; empty when applied. */
    public Optional<String> setCpuWeight(long weight) {
        long shares = Math.max(MIN_SHARES, DEFAULT_SHARES * checked(weight) / DEFAULT_WEIGHT);
        return set("cpu", "cpu.weight", "cpu.shares", Long.toString(weight), Long.toString(shares));
    }

    /** The share of the disks, 1 to 10000, normally 100; v2 only; empty when applied. */
    public Optional<String> setIoWeight(long weight) {
        String value = "default " + checked(weight);
        return set("io", "io.weight", "io.weight", value, value);
    }

    private static long checked(long weight) {
        if (weight < MIN_WEIGHT || weight > MAX_WEIGHT) {
            throw new IllegalArgumentException("weight: " + weight);
        }
        return weight;
    }

    private Optional<String> set(String controller, String v2File, String v1File, String v2, String v1) {
        if (host.mode() == CgroupHost.Mode.V2) {
            Path file = groups.get(OwnGroups.UNIFIED).resolve(v2File);
            return Files.exists(file) ? report(GroupDir.write(file, v2)) : Optional.of(host.missing(controller));
        }
        Path group = groups.get(controller);
        return group == null
                ? Optional.of(host.missing(controller))
                : report(GroupDir.write(group.resolve(v1File), v1));
    }

    private static Optional<String> report(Optional<String> refused) {
        return refused.map(why -> "not applied: " + why);
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
        List<Path> procs = new ArrayList<>();
        groups.forEach((controller, group) -> {
            if (!controller.equals(OwnGroups.UNIFIED)) {
                procs.add(group.resolve(GroupDir.PROCS));
            }
        });
        leaf.ifPresent(group -> procs.add(group.resolve(GroupDir.PROCS)));
        return new RunGroup(host.proc(), runId, leaf, procs);
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

    /** What all runs use together. */
    public GroupUsage usage() throws IOException {
        if (usage.isEmpty()) {
            usage = Optional.of(UsageFiles.of(List.copyOf(groups.values())));
        }
        return usage.get().read();
    }

    /** The directories that were made; empty without groups. */
    public List<Path> directories() {
        return List.copyOf(groups.values());
    }

    /** Removes the leaves and then the groups; false while there are processes in one. */
    public boolean remove() throws IOException {
        close();
        boolean gone = true;
        for (Path group : groups.values()) {
            gone &= GroupDir.remove(group);
        }
        return gone;
    }

    /** Closes the files that are kept open for {@link #usage()}; they are opened again when needed. */
    @Override
    public void close() {
        usage.ifPresent(UsageFiles::close);
    }
}
