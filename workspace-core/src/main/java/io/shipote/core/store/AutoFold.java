package io.shipote.core.store;

import io.shipote.core.Loop;
import java.time.Duration;

/** Decides when to fold unasked: when the journal is large, or when nothing has changed for a while. On the loop. */
final class AutoFold {
    /** A journal above this is folded at once. */
    static final long FOLD_BYTES = 4L << 20;
    /** Without a mutation for this long, the journal is folded; a failed fold is tried again after as long. */
    static final Duration FOLD_QUIET = Duration.ofSeconds(10);

    private final Loop loop;
    private final Runnable fold;
    private Loop.Timer timer;
    private long lastNanos;
    private boolean asked;
    private boolean failed;

    AutoFold(Loop loop, Runnable fold) {
        this.loop = loop;
        this.fold = fold;
    }

    /** A mutation was written, or failed to be. */
    void mutated(long journalBytes) {
        lastNanos = loop.nanoTime();
        if (timer == null) {
            timer = loop.schedule(FOLD_QUIET, this::due);
        }
        // After a failure only the timer asks again: else each mutation would try to write the whole snapshot.
        if (journalBytes > FOLD_BYTES && !asked && !failed) {
            ask();
        }
    }

    /** Some fold has ended, this one's or another's. */
    void folded(boolean whole) {
        asked = false;
        failed = !whole;
        cancel();
        if (failed) {
            lastNanos = loop.nanoTime();
            timer = loop.schedule(FOLD_QUIET, this::due);
        }
    }

    void cancel() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void due() {
        timer = null;
        long left = FOLD_QUIET.toNanos() - (loop.nanoTime() - lastNanos);
        if (left > 0) {
            timer = loop.schedule(Duration.ofNanos(left), this::due);
        } else if (!asked) {
            ask();
        }
    }

    private void ask() {
        asked = true;
        fold.run();
    }
}
