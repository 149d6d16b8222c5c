package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The groups of one run: its own leaf in the v2 tree, and its workspace's groups in v1 trees. Where there is
 * no leaf, its processes are found by {@code SHIPOTE_RUN} in their environment. For blocking threads; one
 * thread at a time.
 */
public final class RunGroup implements AutoCloseable {
    private final ProcFiles proc;
    private final String runId;
    private final Optional<Path> leaf;
    private final List<Path> procsFiles;
    private Optional<UsageFiles> usage = Optional.empty();

    RunGroup(ProcFiles proc, String runId, Optional<Path> leaf, List<Path> procsFiles) {
        this.proc = proc;
        this.runId = runId;
        this.leaf = leaf;
        this.procsFiles = List.copyOf(procsFiles);
    }

    /** What the process has to enter before it begins; see {@link SpawnRequest#cgroupProcsFiles()}. */
    public List<Path> procsFiles() {
        return procsFiles;
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

    /** What this run uses; only what the leaf's tree counts. */
    public GroupUsage usage() throws IOException {
        if (usage.isEmpty()) {
            usage = Optional.of(UsageFiles.of(leaf.map(List::of).orElse(List.of())));
        }
        return usage.get().read();
    }

    /**
     * How all of the run's processes are reached.
     *
     * @param leader the process that was started, where it is known: helps when there is no leaf
     */
    public Containment containment(Optional<ProcessIdentity> leader) {
        return leaf.isPresent() ? new LeafContainment(this) : new ScanContainment(proc, runId, leader);
    }

    /** Removes the leaf; true when it is gone, false while processes are in it. */
    public boolean remove() throws IOException {
        close();
        return leaf.isEmpty() || !Files.exists(leaf.get()) || GroupDir.remove(leaf.get());
    }

    @Override
    public void close() {
        usage.ifPresent(UsageFiles::close);
    }
}
