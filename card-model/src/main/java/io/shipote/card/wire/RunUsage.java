package io.shipote.card.wire;

import java.util.Optional;

/** What a live run of a command, or of a stage of {@code pipeline}, uses now. */
public record RunUsage(
        String command,
        String run,
        String label,
        String workspace,
        Optional<String> pipeline,
        long pid,
        Optional<ResourceUsage> usage) {}
