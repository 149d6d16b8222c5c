package io.shipote.core.isolation;

import io.shipote.card.wire.Applied;
import java.util.List;
import java.util.Optional;

/**
 * How a process is launched so that it gets what was asked for, as far as this host can.
 *
 * @param through the tools that it goes through; empty = none is needed
 * @param nofile soft and hard limit of descriptors, where the tools do not set it
 * @param applied per item what becomes of it
 */
public record Isolated(List<String> through, Optional<Long> nofile, List<Applied> applied) {
    /** As it would be launched without any of this. */
    public static final Isolated NOTHING = new Isolated(List.of(), Optional.empty(), List.of());

    public Isolated {
        through = List.copyOf(through);
        applied = List.copyOf(applied);
    }
}
