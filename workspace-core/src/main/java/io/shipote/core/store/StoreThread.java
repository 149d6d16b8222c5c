package io.shipote.core.store;

import io.shipote.core.Loop;
import io.shipote.core.store.StoreTask.Append;
import io.shipote.core.store.StoreTask.Fold;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that waits for the disk in the loop's stead. It takes all that is queued at once: mutations that stand
 * together become one group with one write and one sync. Answers go back in the order of the questions.
 */
final class StoreThread {
    /** The bytes of one group, unless it is one mutation alone. */
    static final long GROUP_BYTES = 16L << 20;
    /** Mutations and folds that may wait, and the closing fold; {@link Waiting} keeps to it, so the queue never refuses. */
    private static final int QUEUE = Waiting.MAX_MUTATIONS + Waiting.MAX_FOLDS + 1;

    private static final Logger LOG = LoggerFactory.getLogger(StoreThread.class);

    private final ArrayBlockingQueue<StoreTask> queue = new ArrayBlockingQueue<>(QUEUE);
    private final StoreDisk disk;
    private final Path state;
    private final Loop loop;
    private final Answers answers;

    /** What the loop is told, on the loop. */
    interface Answers {
        void appended(List<Append> group, Optional<IOException> error, long journalBytes);

        void folded(Fold fold, FoldResult result);
    }

    StoreThread(StoreDisk disk, Path state, Loop loop, Answers answers) {
        this.disk = disk;
        this.state = state;
        this.loop = loop;
        this.answers = answers;
    }

    void start() {
        Thread thread = new Thread(this::work, "shipote-store");
        // The process ends when the loop does; what is acknowledged is on disk by then.
        thread.setDaemon(true);
        thread.start();
    }

    /** @throws IllegalStateException if more is queued than {@link Waiting} allows */
    void submit(StoreTask task) {
        queue.add(task);
    }

    private void work() {
        List<StoreTask> taken = new ArrayList<>();
        boolean open = true;
        while (open) {
            try {
                taken.add(queue.take());
            } catch (InterruptedException e) {
                // Nobody interrupts this thread to end it: a closing fold does.
                LOG.warn("interrupted, and going on", e);
                continue;
            }
            queue.drainTo(taken);
            try {
                open = run(taken);
            } catch (Error e) {
                // Nothing in memory can be relied on now: it ends the daemon as an error on the loop does.
                loop.execute(() -> {
                    throw e;
                });
                return;
            }
            taken.clear();
        }
    }

    private boolean run(List<StoreTask> tasks) {
        List<Append> group = new ArrayList<>();
        long bytes = 0;
        for (StoreTask task : tasks) {
            if (task instanceof Append append) {
                if (bytes > 0 && bytes + append.size() > GROUP_BYTES) {
                    append(group);
                    group = new ArrayList<>();
                    bytes = 0;
                }
                group.add(append);
                bytes += append.size();
            } else if (task instanceof Fold fold) {
                append(group);
                group = new ArrayList<>();
                bytes = 0;
                fold(fold);
                if (fold.last()) {
                    return false;
                }
            }
        }
        append(group);
        return true;
    }

    private void append(List<Append> group) {
        if (group.isEmpty()) {
            return;
        }
        Optional<IOException> error = Optional.empty();
        try {
            disk.append(group.stream().map(Append::record).toList());
        } catch (IOException e) {
            error = Optional.of(e);
        } catch (RuntimeException e) {
            error = Optional.of(new IOException("the store failed: " + e, e));
        }
        Optional<IOException> outcome = error;
        long journalBytes = disk.journalBytes();
        loop.execute(() -> answers.appended(group, outcome, journalBytes));
    }

    private void fold(Fold fold) {
        FoldResult result;
        try {
            boolean written = disk.fold(fold.fresher(), fold.nowNanos(), fold.wallMillis());
            result = new FoldResult(state, written, Optional.empty());
        } catch (IOException e) {
            result = new FoldResult(state, false, Optional.of(e));
        } catch (RuntimeException e) {
            result = new FoldResult(state, false, Optional.of(new IOException("the store failed: " + e, e)));
        }
        FoldResult outcome = fold.last() ? closed(result) : result;
        loop.execute(() -> answers.folded(fold, outcome));
    }

    private FoldResult closed(FoldResult result) {
        try {
            disk.close();
            return result;
        } catch (IOException e) {
            result.error().ifPresent(e::addSuppressed);
            return new FoldResult(state, result.written(), Optional.of(e));
        }
    }
}
