package io.shipote.core;

import io.shipote.card.U64;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Calls back when a workspace's time is over. Deadlines are wall-clock times, so that they hold over restarts of the
 * daemon and of the host; the clock is looked at anew at least every {@link #LOOK_AGAIN}, because it can be set.
 * Confined to the loop thread.
 */
final class Deadlines {
    /** Longest time between two looks at the wall clock. */
    static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private final Loop loop;
    private final Consumer<Workspace> expired;
    private final Map<Workspace, Loop.Timer> timers = new HashMap<>();

    Deadlines(Loop loop, Consumer<Workspace> expired) {
        this.loop = loop;
        this.expired = expired;
    }

    /** The deadline of a TTL that begins now; one too far away for a {@code long} is the last moment of all. */
    static Optional<Long> after(long nowMs, Optional<U64> ttl) {
        return ttl.map(ms -> {
            long left = ms.saturated();
            return left > Long.MAX_VALUE - nowMs ? Long.MAX_VALUE : nowMs + left;
        });
    }

    /** Watches the workspace's present deadline, or none. */
    void watch(Workspace workspace) {
        forget(workspace);
        workspace.deadlineMs().ifPresent(deadline -> {
            long left = Math.max(0, deadline - loop.wallMillis());
            Duration wait = left < LOOK_AGAIN.toMillis() ? Duration.ofMillis(left) : LOOK_AGAIN;
            timers.put(workspace, loop.schedule(wait, () -> look(workspace)));
        });
    }

    private void look(Workspace workspace) {
        timers.remove(workspace);
        if (workspace.deadlineMs().orElse(Long.MAX_VALUE) <= loop.wallMillis()) {
            // Whoever ends it takes this back; if that fails, it is tried again.
            timers.put(workspace, loop.schedule(LOOK_AGAIN, () -> look(workspace)));
            expired.accept(workspace);
        } else {
            watch(workspace);
        }
    }

    void forget(Workspace workspace) {
        Loop.Timer timer = timers.remove(workspace);
        if (timer != null) {
            timer.cancel();
        }
    }
}
