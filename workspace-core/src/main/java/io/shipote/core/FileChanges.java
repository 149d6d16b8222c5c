package io.shipote.core;

import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.Inotify;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls back when files are written to: one inotify descriptor for the whole daemon. Confined to the loop thread.
 *
 * <p>Where the kernel gives none, or enough files are watched, nothing can be watched and whoever wants to know has to look
 * from time to time.
 */
public final class FileChanges implements AutoCloseable {
    /** Files watched at one time. */
    public static final int MAX_FILES = 1_024;

    /** Changes closer together than this are told as one, so that a busy writer does not keep the loop busy. */
    static final Duration PAUSE = Duration.ofMillis(5);

    private static final Logger LOG = LoggerFactory.getLogger(FileChanges.class);

    private final Loop loop;
    private final Optional<Inotify> inotify;
    private final Map<Integer, List<Runnable>> watchers = new HashMap<>();
    private boolean pausing;
    private boolean missed;
    private boolean closed;

    private FileChanges(Loop loop, Optional<Inotify> inotify) {
        this.loop = loop;
        this.inotify = inotify;
        inotify.ifPresent(events -> loop.watch(events.fd(), Loop.Interest.READ, this::ready));
    }

    /** Watches through the kernel if it lets us. */
    public static FileChanges open(Loop loop) {
        try {
            return new FileChanges(loop, Optional.of(Inotify.open()));
        } catch (ErrnoException e) {
            LOG.info("log files are looked at from time to time, as they cannot be watched: {}", e.getMessage());
            return none(loop);
        }
    }

    /** Watches nothing. */
    static FileChanges none(Loop loop) {
        return new FileChanges(loop, Optional.empty());
    }

    /**
     * Calls back after each change to the file, until the returned task is run.
     *
     * @return empty if the file cannot be watched
     */
    public Optional<Runnable> watch(Path file, Runnable changed) {
        if (closed || inotify.isEmpty() || watchers.size() >= MAX_FILES) {
            return Optional.empty();
        }
        int watch;
        try {
            watch = inotify.get().watch(file);
        } catch (ErrnoException e) {
            LOG.debug("not watched: {}", e.getMessage());
            return Optional.empty();
        }
        watchers.computeIfAbsent(watch, number -> new ArrayList<>()).add(changed);
        return Optional.of(() -> forget(watch, changed));
    }

    private void forget(int watch, Runnable changed) {
        List<Runnable> all = watchers.get(watch);
        if (all != null && all.remove(changed) && all.isEmpty()) {
            watchers.remove(watch);
            try {
                inotify.orElseThrow().unwatch(watch);
            } catch (ErrnoException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void ready() {
        if (pausing) {
            // Equal events pile up as one in the kernel, and it is silent about them.
            missed = true;
            return;
        }
        pausing = true;
        loop.schedule(PAUSE, () -> {
            pausing = false;
            if (missed) {
                missed = false;
                ready();
            }
        });
        try {
            inotify.orElseThrow().read(this::tell);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void tell(int watch) {
        if (watch == Inotify.OVERFLOW) {
            List.copyOf(watchers.values()).forEach(all -> List.copyOf(all).forEach(Runnable::run));
        } else {
            List.copyOf(watchers.getOrDefault(watch, List.of())).forEach(Runnable::run);
        }
    }

    /** Ends all watches; to end one of them afterwards is without effect. */
    @Override
    public void close() {
        closed = true;
        watchers.clear();
        inotify.ifPresent(Inotify::close);
    }
}
