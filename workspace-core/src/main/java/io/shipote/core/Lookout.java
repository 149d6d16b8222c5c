package io.shipote.core;

import io.shipote.card.wire.ShipoteException;
import io.shipote.core.linux.Containment;
import io.shipote.core.linux.GroupEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when nothing is left of a tree of processes. One look is all that most need. After one that found something
 * the kernel tells, by the group's {@code cgroup.events}; without a group, or should it not tell, it is looked at again
 * and again, ever more seldom. Confined to the loop; the looks are made on the blocking thread.
 */
final class Lookout {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(2);
    private static final Logger LOG = LoggerFactory.getLogger(Lookout.class);

    private final Loop loop;
    private final Executor blocking;
    private final Containment containment;
    private final Runnable empty;
    private final Runnable notEmpty;

    private Duration pause = FIRST_PAUSE;
    private Optional<Loop.Timer> next = Optional.empty();
    private Optional<GroupEvents> events = Optional.empty();
    private Optional<Loop.Watch> watch = Optional.empty();
    private boolean listening;
    private boolean closed;

    /**
     * @param empty called once, when nothing is left
     * @param notEmpty called after each look that found something
     */
    Lookout(Loop loop, Executor blocking, Containment containment, Runnable empty, Runnable notEmpty) {
        this.loop = loop;
        this.blocking = blocking;
        this.containment = containment;
        this.empty = empty;
        this.notEmpty = notEmpty;
    }

    /** Looks now, and soon again: something is being done to it. */
    void hurry() {
        pause = FIRST_PAUSE;
        look();
    }

    private void look() {
        next.ifPresent(Loop.Timer::cancel);
        if (closed) {
            return;
        }
        long asked = System.nanoTime();
        try {
            blocking.execute(() -> {
                boolean none = isEmpty(asked);
                loop.execute(() -> looked(none));
            });
        } catch (ShipoteException busy) {
            // Who waits for the end of the tree must not wait for ever.
            next = Optional.of(loop.schedule(LAST_PAUSE, this::look));
        }
    }

    private boolean isEmpty(long asked) {
        try {
            return containment.empty(asked);
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("what is left of a tree of processes cannot be seen", e);
            return false;
        }
    }

    private void looked(boolean none) {
        if (closed) {
            return;
        }
        if (none) {
            close();
            empty.run();
            return;
        }
        next.ifPresent(Loop.Timer::cancel);
        next = Optional.of(loop.schedule(pause, this::look));
        pause = pause.multipliedBy(2).compareTo(LAST_PAUSE) < 0 ? pause.multipliedBy(2) : LAST_PAUSE;
        listen();
        notEmpty.run();
    }

    private void listen() {
        if (listening) {
            return;
        }
        listening = true;
        blocking.execute(() -> {
            Optional<GroupEvents> opened = open();
            loop.execute(() -> opened(opened));
        });
    }

    private Optional<GroupEvents> open() {
        try {
            return containment.events();
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("the end of a tree of processes has to be looked for", e);
            return Optional.empty();
        }
    }

    private void opened(Optional<GroupEvents> opened) {
        if (closed) {
            opened.ifPresent(GroupEvents::close);
            return;
        }
        events = opened;
        // What happened before the watch began shows as its first event.
        watch = opened.map(file -> loop.watch(file.fd(), Loop.Interest.CHANGE, this::changed));
    }

    private void changed() {
        try {
            if (!closed && !events.orElseThrow().populated()) {
                look();
            }
        } catch (IOException e) {
            LOG.warn("the end of a tree of processes has to be looked for", e);
        }
    }

    /** Looks no more. */
    void close() {
        closed = true;
        next.ifPresent(Loop.Timer::cancel);
        watch.ifPresent(Loop.Watch::cancel);
        events.ifPresent(GroupEvents::close);
    }
}
