package io.shipote.core;

import io.shipote.card.wire.ResourceUsage;
import io.shipote.core.linux.Figure;
import io.shipote.core.linux.Usage;
import io.shipote.core.store.RunRecord;
import java.util.Optional;

/** Figures as a client sees them. */
final class UsageStatus {
    private UsageStatus() {}

    /** Empty if nothing is known. */
    static Optional<ResourceUsage> now(Usage usage, float cpuPercent, long atMs) {
        if (usage.source() == Usage.Source.NONE) {
            return Optional.empty();
        }
        return Optional.of(new ResourceUsage(
                Float.isNaN(cpuPercent) ? Optional.empty() : Optional.of((double) cpuPercent),
                figure(usage, Figure.CPU_USEC),
                figure(usage, Figure.MEMORY),
                figure(usage, Figure.MEMORY_PEAK),
                figure(usage, Figure.PIDS),
                figure(usage, Figure.IO_READ),
                figure(usage, Figure.IO_WRITE),
                Optional.of(atMs),
                usage.source().word()));
    }

    /** What a run that has ended used in all; empty if nobody saw that. */
    static Optional<ResourceUsage> total(RunRecord record) {
        if (record.totals().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ResourceUsage(
                Optional.empty(),
                record.totals().cpuUsec(),
                Optional.empty(),
                record.totals().peakBytes(),
                Optional.empty(),
                record.totals().ioReadBytes(),
                record.totals().ioWriteBytes(),
                Optional.empty(),
                "total"));
    }

    private static Optional<Long> figure(Usage usage, Figure figure) {
        return usage.known(figure) ? Optional.of(usage.get(figure)) : Optional.empty();
    }
}
