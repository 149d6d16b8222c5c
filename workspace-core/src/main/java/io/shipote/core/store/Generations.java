package io.shipote.core.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The previous good snapshots, {@code state.json.1} the newest: one for each start of the daemon, and while it runs at
 * most one in {@value #EVERY_NANOS} ns. To be used by one thread.
 */
final class Generations {
    static final int KEPT = 5;
    static final long EVERY_NANOS = 600_000_000_000L;

    private final StoreFiles files;
    private final AtomicFiles atomic;
    private final Path state;
    private boolean kept;
    private long keptAt;

    Generations(StoreFiles files, AtomicFiles atomic, Path state) {
        this.files = files;
        this.atomic = atomic;
        this.state = state;
    }

    /** The paths, newest first; a crash can leave a gap. */
    static List<Path> paths(Path state) {
        return IntStream.rangeClosed(1, KEPT).mapToObj(n -> path(state, n)).toList();
    }

    /** Keeps the snapshot as it is now, if one is due. The caller syncs the directory. */
    void keepIfDue(long nowNanos) throws IOException {
        if (kept && nowNanos - keptAt < EVERY_NANOS || !files.exists(state)) {
            return;
        }
        Path link = atomic.fresh(state);
        files.link(state, link);
        try {
            for (int n = KEPT; n > 1; n--) {
                if (files.exists(path(state, n - 1))) {
                    files.rename(path(state, n - 1), path(state, n));
                }
            }
            files.rename(link, path(state, 1));
        } catch (IOException e) {
            throw atomic.discard(link, e);
        }
        kept = true;
        keptAt = nowNanos;
    }

    /** The path of one. */
    static Path path(Path state, int n) {
        return state.resolveSibling(state.getFileName() + "." + n);
    }
}
