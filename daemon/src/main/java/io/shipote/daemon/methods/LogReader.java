package io.shipote.daemon.methods;

import io.shipote.card.wire.CommandCalls.LogsOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Job;
import io.shipote.core.Loop;
import io.shipote.daemon.control.Exchange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Sends the logs of a job to one client: one chunk at a time, the next when the client has room for it, so that nothing
 * is lost and nothing piles up. When following, looks for more at an interval until the job has ended for good.
 * Confined to the loop, but for the reading.
 */
final class LogReader {
    /** How often a follower looks for more. */
    static final Duration INTERVAL = Duration.ofMillis(50);

    private final Services services;
    private final Loop loop;
    private final Exchange exchange;
    private final Job job;
    private final Supplier<List<LogSource>> newest;
    private final long tail;
    private final boolean follow;
    private final List<LogSource> sources = new ArrayList<>();
    private final Set<Path> seen = new HashSet<>();
    private int resumeAt;
    private boolean first = true;
    private boolean closed;
    private boolean lastRound;
    private Optional<LogsOut> held = Optional.empty();

    /** @param newest the files as of now; called at each look, as a restart brings new ones */
    LogReader(
            Services services,
            Exchange exchange,
            Job job,
            Supplier<List<LogSource>> newest,
            long tail,
            boolean follow) {
        this.services = services;
        this.loop = services.host().loop();
        this.exchange = exchange;
        this.job = job;
        this.newest = newest;
        this.tail = tail;
        this.follow = follow;
    }

    void begin() {
        exchange.onClosed(() -> closed = true);
        exchange.onWritable(this::flush);
        round();
    }

    /** Takes new files in, then reads what all have. */
    private void round() {
        if (closed) {
            return;
        }
        lastRound = !follow || !job.state().live();
        for (LogSource source : newest.get()) {
            if (seen.add(source.file())) {
                source.tail(first ? tail : 0);
                sources.add(source);
            }
        }
        first = false;
        read(0);
    }

    private void read(int index) {
        if (closed) {
            return;
        }
        if (index == sources.size()) {
            endOfRound();
            return;
        }
        LogSource source = sources.get(index);
        services.files().execute(() -> {
            Optional<LogsOut> chunk = Optional.empty();
            Optional<IOException> failure = Optional.empty();
            try {
                chunk = source.next();
            } catch (IOException e) {
                failure = Optional.of(e);
            }
            Optional<LogsOut> got = chunk;
            Optional<IOException> error = failure;
            loop.execute(() -> got(index, got, error));
        });
    }

    private void got(int index, Optional<LogsOut> chunk, Optional<IOException> failure) {
        if (failure.isPresent()) {
            exchange.fail(new ShipoteException(
                    ErrorCode.INTERNAL,
                    "the log could not be read: " + failure.get().getMessage()));
            return;
        }
        if (chunk.isEmpty()) {
            read(index + 1);
            return;
        }
        if (!exchange.wantsMore()) {
            exchange.reply(chunk.get());
            return;
        }
        held = chunk;
        resumeAt = index;
        flush();
    }

    private void flush() {
        if (held.isEmpty() || closed) {
            return;
        }
        if (exchange.next(held.get())) {
            held = Optional.empty();
            read(resumeAt);
        }
    }

    private void endOfRound() {
        if (lastRound) {
            exchange.reply(LogMethods.nothing(job));
            return;
        }
        loop.schedule(INTERVAL, this::round);
    }
}
