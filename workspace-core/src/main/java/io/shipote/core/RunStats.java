package io.shipote.core;

import io.shipote.card.wire.ResourceUsage;
import io.shipote.core.linux.Figure;
import io.shipote.core.linux.ResourceTotals;
import io.shipote.core.linux.Usage;
import io.shipote.core.linux.UsageSource;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.RunTotals;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What one run uses, and used in its last {@link #CAPACITY} samples. Confined to the loop thread. */
public final class RunStats implements Gauge.Owner {
    /** Samples kept of a run. */
    public static final int CAPACITY = 64;

    private final Gauge gauge;
    private final Rows rows = new Rows(StatsRow.WIDTH, CAPACITY);
    private final StatsRow newest = new StatsRow();
    private final Usage usage = new Usage();
    private final Usage counted = new Usage();
    private final CpuShare share = new CpuShare();
    private final Stamps stamps = new Stamps();
    private long activeUsec = Usage.UNKNOWN;

    RunStats(UsageSource source) {
        this.gauge = new Gauge(source, this);
    }

    Gauge gauge() {
        return gauge;
    }

    @Override
    public void begun() {
        share.gap();
    }

    @Override
    public void sampled(Usage read, long nanoTime, long wallMs) {
        usage.copy(read);
        float percent = share.next(usage.get(Figure.CPU_USEC), nanoTime);
        newest.set(stamps.next(wallMs, nanoTime), usage, percent, 1, 1);
        rows.add(newest.numbers);
    }

    /** Its figures when they were last read; nothing is known before the first sample. */
    public Usage usage() {
        return usage;
    }

    /** The samples, oldest first. */
    public List<StatsRow> samples() {
        List<StatsRow> all = new ArrayList<>(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            StatsRow row = new StatsRow();
            rows.copy(i, row.numbers);
            all.add(row);
        }
        return all;
    }

    /** The newest sample's share of the processors; NaN if there is none. */
    public float cpuPercent() {
        return rows.size() == 0 ? Float.NaN : newest.cpuPercent();
    }

    /** What a client sees of a run: what it uses now, or what it used in all if it has ended. */
    public static Optional<ResourceUsage> status(Optional<Run> live, Optional<RunRecord> last) {
        if (live.isPresent()) {
            RunStats stats = live.get().stats();
            return UsageStatus.now(stats.usage, stats.cpuPercent(), stats.newest.atMs());
        }
        return last.flatMap(UsageStatus::total);
    }

    /**
     * What it used in all: what the kernel told at its end, or what was sampled where that is more. The kernel knows of
     * descendants only if they were waited for, a sample is not of the end.
     */
    RunTotals totals(Optional<ResourceTotals> told) {
        return new RunTotals(
                most(told.map(ResourceTotals::cpuUsec), Figure.CPU_USEC),
                most(told.map(ResourceTotals::peakBytes), Figure.MEMORY_PEAK),
                most(told.map(ResourceTotals::readBytes), Figure.IO_READ),
                most(told.map(ResourceTotals::writtenBytes), Figure.IO_WRITE));
    }

    private Optional<Long> most(Optional<Long> told, Figure figure) {
        long most = Math.max(told.orElse(Usage.UNKNOWN), usage.get(figure));
        return most == Usage.UNKNOWN ? Optional.empty() : Optional.of(most);
    }

    /**
     * Whether anything of it may have run since the last call. It has not if its group's processor time is what it was,
     * as of the newest sample. What {@code /proc} adds up tells nothing: it counts in hundredths of a second.
     */
    boolean takeActivity() {
        long usec = usage.source() == Usage.Source.CGROUP ? usage.get(Figure.CPU_USEC) : Usage.UNKNOWN;
        boolean slept = usec != Usage.UNKNOWN && usec == activeUsec;
        activeUsec = usec;
        return !slept;
    }

    /** By how much a figure that only grows has grown since the last call. */
    long takeGrowth(Figure figure) {
        long growth = usage.get(figure, 0) - counted.get(figure, 0);
        counted.raise(figure, usage.get(figure, 0));
        return Math.max(0, growth);
    }
}
