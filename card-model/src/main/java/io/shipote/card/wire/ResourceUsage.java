package io.shipote.card.wire;

import java.util.Optional;

/** What something uses now, or used in all if it has ended; what is not known is absent. {@code source} where it comes from. */
public record ResourceUsage(
        Optional<Double> cpuPercent,
        Optional<Long> cpuUsec,
        Optional<Long> memoryBytes,
        Optional<Long> memoryPeakBytes,
        Optional<Long> pids,
        Optional<Long> ioReadBytes,
        Optional<Long> ioWriteBytes,
        Optional<Long> atMs,
        String source) {}
