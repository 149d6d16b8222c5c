package io.shipote.core;

import io.shipote.card.wire.ResourceUsage;
import io.shipote.core.linux.Figure;
import io.shipote.core.linux.Usage;
import io.shipote.core.linux.UsageSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What a workspace uses: what the kernel counts for its group, and for the rest the sum over its runs, which are sampled
 * before it. Confined to the loop thread.
 */
public final class WorkspaceStats implements Gauge.Owner {
    private final Workspace workspace;
    private final QuotaWatch watch;
    private final StatsHistory history = new StatsHistory();
    private final Usage usage = new Usage();
    private final Usage grown = new Usage();
    private final List<Consumer<StatsRow>> watchers = new ArrayList<>();
    private final Consumer<Run> sum = this::add;
    private Gauge gauge = new Gauge(UsageSource.NONE, this);
    private boolean memoryOfRuns;
    private boolean touched;

    WorkspaceStats(Host host, Workspace workspace) {
        this.workspace = workspace;
        this.watch = new QuotaWatch(host, workspace);
    }

    /** Where the figures of its group are. */
    void source(UsageSource source) {
        if (!gauge.source().equals(source)) {
            gauge = new Gauge(source, this);
        }
    }

    Gauge gauge() {
        return gauge;
    }

    public StatsHistory history() {
        return history;
    }

    /** Its figures when they were last read. */
    public Usage usage() {
        return usage;
    }

    /** What a client sees of it; empty until something has been sampled. */
    Optional<ResourceUsage> status() {
        return history.newest().flatMap(row -> UsageStatus.now(usage, row.cpuPercent(), row.atMs()));
    }

    /** Whether its memory is that of its runs, as its group does not count it. */
    public boolean memoryOfRuns() {
        return memoryOfRuns;
    }

    /** It is older than this daemon. */
    void restored() {
        watch.restored();
    }

    /** Whether the memory of each run has to be known at every sample. */
    boolean needsMemoryOfRuns() {
        return watch.needsMemoryOfRuns();
    }

    /** Something of it began or ended: there is one more sample, even if nothing is left. */
    void touch() {
        touched = true;
    }

    /** Whether it was touched since the last call. */
    boolean takeTouched() {
        boolean was = touched;
        touched = false;
        return was;
    }

    boolean watched() {
        return !watchers.isEmpty();
    }

    /** Calls back with every new sample, to be used before the callback returns; the returned task ends that. */
    public Runnable watch(Consumer<StatsRow> watcher) {
        watchers.add(watcher);
        return () -> watchers.remove(watcher);
    }

    @Override
    public void begun() {
        history.gap();
    }

    @Override
    public void sampled(Usage read, long nanoTime, long wallMs) {
        usage.clear();
        usage.source(Usage.Source.NONE);
        memoryOfRuns = !read.known(Figure.MEMORY);
        for (Job job : workspace.jobs()) {
            job.forEachLive(sum);
        }
        usage.take(grown);
        if (memoryOfRuns) {
            read.raise(Figure.MEMORY_PEAK, usage.get(Figure.MEMORY));
        }
        usage.take(read);
        StatsRow row = history.add(usage, nanoTime, wallMs, workspace.alive(), workspace.commandCount());
        watch.sampled(usage, row.atMs());
        if (!watchers.isEmpty()) {
            List.copyOf(watchers).forEach(watcher -> watcher.accept(row));
        }
    }

    private void add(Run run) {
        RunStats one = run.stats();
        usage.add(Figure.MEMORY, one.usage());
        usage.add(Figure.PIDS, one.usage());
        if (one.usage().source() != Usage.Source.NONE) {
            usage.source(one.usage().source());
        }
        grow(one, Figure.CPU_USEC);
        grow(one, Figure.IO_READ);
        grow(one, Figure.IO_WRITE);
    }

    /** What a run has used stays counted when it is gone. */
    private void grow(RunStats one, Figure figure) {
        if (one.usage().known(figure)) {
            grown.add(figure, one.takeGrowth(figure));
        }
    }
}
