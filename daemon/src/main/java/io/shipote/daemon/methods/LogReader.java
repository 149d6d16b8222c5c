package io.shipote.daemon.methods;

import io.shipote.card.wire.CommandCalls.LogsIn;
import io.shipote.card.wire.CommandCalls.LogsOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.LogPosition;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Job;
import io.shipote.core.Loop;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.Resumption;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Sends the logs of a job to one client: one chunk at a time, the next when the client has room for it, so that nothing
 * is lost and nothing piles up. When following, looks for more when a file or the job has changed, until the job has ended
 * for good. Confined to the loop, but for the reading.
 */
final class LogReader {
    /** How often a follower looks for more in a file that cannot be watched. */
    static final Duration INTERVAL = Duration.ofMillis(50);

    private final Services services;
    private final Loop loop;
    private final Exchange exchange;
    private final Job job;
    private final Supplier<List<LogSource>> newest;
    private final LogsIn asked;
    private final boolean follow;
    private final Map<Path, Followed> followed = new LinkedHashMap<>();
    /** What has been sent of each file that is followed. */
    private final Map<Path, LogPosition> sent = new LinkedHashMap<>();

    private List<Followed> reading = List.of();
    private Runnable unsubscribe = () -> {};
    private boolean waiting;
    private boolean changed;
    private boolean polling;
    private int resumeAt;
    private boolean first = true;
    private boolean closed;
    private boolean lastRound;
    private Optional<LogsOut> held = Optional.empty();
    private LogPosition heldUpTo;

    /** A file, and the end of its watch if it could be watched. */
    private record Followed(LogSource source, Optional<Runnable> watch) {
        void unwatch() {
            watch.ifPresent(Runnable::run);
        }

        /** A file that is not there, as that of a stage that writes into a pipe, has nothing to come. */
        boolean mustPoll() {
            return watch.isEmpty() && source.file().toFile().exists();
        }
    }

    /** @param newest the files as of now; called at each look, as a restart brings new ones */
    LogReader(
            Services services,
            Exchange exchange,
            LogsIn asked,
            Job job,
            Supplier<List<LogSource>> newest,
            boolean follow) {
        this.services = services;
        this.loop = services.host().loop();
        this.exchange = exchange;
        this.job = job;
        this.newest = newest;
        this.asked = asked;
        this.follow = follow;
    }

    /** @param earlier what is read before the newest, oldest first, and has no more to come */
    void begin(List<LogSource> earlier) {
        exchange.onClosed(this::close);
        exchange.resumes(new Resumption(false, this::rest));
        exchange.onWritable(this::flush);
        if (follow) {
            unsubscribe = services.host().events().subscribe(event -> {
                if (event.command().or(event::pipeline).equals(Optional.of(job.id()))) {
                    changed();
                }
            });
        }
        earlier.forEach(this::take);
        round();
    }

    /** The same call from here on: what has not been looked at yet begins as it was asked for. */
    private Optional<LogsIn> rest() {
        List<LogPosition> from = new ArrayList<>(sent.values());
        Set<String> looked = new HashSet<>();
        from.forEach(place -> looked.add(place.run() + place.stream()));
        asked.from().orElse(List.of()).stream()
                .filter(place -> first && !looked.contains(place.run() + place.stream()))
                .forEach(from::add);
        return Optional.of(new LogsIn(
                asked.target(),
                asked.workspace(),
                asked.stream(),
                asked.tail().filter(bytes -> first),
                asked.follow(),
                asked.run(),
                Optional.of(from)));
    }

    private void close() {
        closed = true;
        unsubscribe.run();
        followed.values().forEach(Followed::unwatch);
        followed.clear();
    }

    /** There may be more to read, or the job has ended, or a new run of it has begun. */
    private void changed() {
        changed = true;
        if (waiting) {
            waiting = false;
            // What tells of it may not be through with it yet.
            loop.execute(this::round);
        }
    }

    /** Takes new files in, then reads what all have. */
    private void round() {
        if (closed) {
            return;
        }
        changed = false;
        lastRound = !follow || !job.state().live();
        Set<Path> newestFiles = new HashSet<>();
        for (LogSource source : newest.get()) {
            newestFiles.add(source.file());
            take(source);
        }
        reading = List.copyOf(followed.values());
        // What an earlier run has written is read to its end now, and not looked at again.
        followed.entrySet().removeIf(entry -> {
            boolean old = !newestFiles.contains(entry.getKey());
            if (old) {
                entry.getValue().unwatch();
            }
            return old;
        });
        read(0);
    }

    private void take(LogSource source) {
        if (followed.containsKey(source.file())) {
            return;
        }
        source.tail(first ? asked.tail().orElse(0L) : 0);
        asked.from().orElse(List.of()).stream().filter(source::has).forEach(place -> source.from(place.offset()));
        followed.put(source.file(), follow(source));
    }

    /** The watch comes before the first read, so that nothing is written in between unseen. */
    private Followed follow(LogSource source) {
        return new Followed(source, follow ? services.changes().watch(source.file(), this::changed) : Optional.empty());
    }

    private void read(int index) {
        if (closed) {
            return;
        }
        if (index == reading.size()) {
            endOfRound();
            return;
        }
        LogSource source = reading.get(index).source();
        try {
            services.files().execute(() -> readNext(index, source));
        } catch (ShipoteException busy) {
            close();
            exchange.fail(busy);
        }
    }

    /** On the files thread. */
    private void readNext(int index, LogSource source) {
        Optional<LogsOut> chunk = Optional.empty();
        Optional<IOException> failure = Optional.empty();
        try {
            chunk = source.next();
        } catch (IOException e) {
            failure = Optional.of(e);
        }
        Optional<LogsOut> got = chunk;
        Optional<IOException> error = failure;
        LogPosition next = source.position();
        loop.execute(() -> got(index, next, got, error));
    }

    private void got(int index, LogPosition next, Optional<LogsOut> chunk, Optional<IOException> failure) {
        if (failure.isPresent()) {
            close();
            exchange.fail(new ShipoteException(
                    ErrorCode.INTERNAL,
                    "the log could not be read: " + failure.get().getMessage()));
            return;
        }
        if (chunk.isEmpty()) {
            sent.put(reading.get(index).source().file(), next);
            read(index + 1);
            return;
        }
        if (!exchange.wantsMore()) {
            exchange.reply(chunk.get());
            return;
        }
        held = chunk;
        heldUpTo = next;
        resumeAt = index;
        flush();
    }

    private void flush() {
        if (held.isEmpty() || closed) {
            return;
        }
        if (exchange.next(held.get())) {
            sent.put(reading.get(resumeAt).source().file(), heldUpTo);
            held = Optional.empty();
            read(resumeAt);
        }
    }

    private void endOfRound() {
        first = false;
        sent.keySet().retainAll(followed.keySet());
        if (lastRound) {
            close();
            exchange.reply(LogMethods.nothing(job));
        } else if (changed) {
            loop.execute(this::round);
        } else {
            waiting = true;
            if (!polling && followed.values().stream().anyMatch(Followed::mustPoll)) {
                polling = true;
                loop.schedule(INTERVAL, () -> {
                    polling = false;
                    changed();
                });
            }
        }
    }
}
