package io.shipote.card.wire;

import java.util.Optional;

/** One run of a command, as it is kept. {@code status} is what a shell would see. */
public record RunStatus(
        String run,
        long startedMs,
        Optional<Long> endedMs,
        Optional<Long> status,
        Optional<String> endedBy,
        long logBytes) {}
