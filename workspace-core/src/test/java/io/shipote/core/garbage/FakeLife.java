package io.shipote.core.garbage;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Processes that are alive because a test says so. */
final class FakeLife implements Life {
    static final String BOOT = "boot-1";

    private final Map<Integer, Long> startedMs = new HashMap<>();

    /** A process that was started then; its start in ticks is a tenth of that. */
    FakeLife with(int pid, long ms) {
        startedMs.put(pid, ms);
        return this;
    }

    @Override
    public String bootId() {
        return BOOT;
    }

    @Override
    public Optional<Long> startTicks(int pid) {
        return startedMs(pid).map(ms -> ms / 10);
    }

    @Override
    public Optional<Long> startedMs(int pid) {
        return Optional.ofNullable(startedMs.get(pid));
    }
}
