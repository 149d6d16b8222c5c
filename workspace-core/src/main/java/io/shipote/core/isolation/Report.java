package io.shipote.core.isolation;

import io.shipote.card.wire.Applied;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects per item what becomes of it. */
final class Report {
    private final List<Applied> items = new ArrayList<>();

    /** @param refused why not; empty = applied */
    boolean add(String item, Optional<String> refused) {
        items.add(refused.isEmpty() ? Applied.applied(item) : Applied.degraded(item, refused.get()));
        return refused.isEmpty();
    }

    void applied(String item) {
        add(item, Optional.empty());
    }

    void degraded(String item, String why) {
        add(item, Optional.of(why));
    }

    List<Applied> items() {
        return List.copyOf(items);
    }
}
