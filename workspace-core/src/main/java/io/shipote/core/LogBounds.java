package io.shipote.core;

import io.shipote.card.wire.ShipoteException;
import io.shipote.core.linux.Errno;
import io.shipote.core.linux.ErrnoException;
import io.shipote.core.linux.Fd;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.RunRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps logs within the bounds of {@link Retention} without standing between a process and its file: the blocks at the
 * head of a file are given back to the file system ({@code FALLOC_FL_PUNCH_HOLE}, fallocate(2)). Offsets never shift, so
 * writers and followers notice nothing. What is written between two looks comes on top of a bound.
 *
 * <p>Logs of live commands are looked at each second if anything of the command has run meanwhile, which the sampler
 * knows: one that sleeps writes nothing, and a thousand that sleep cost nothing. So a log is looked at two seconds after
 * a write at the latest, if samples are taken each second. Whole workspaces, ended runs and sleeping commands included,
 * are looked at every {@link #WORKSPACE_INTERVAL}, one workspace at a time, whatever the sampler says. Where the file
 * system cannot give back parts of a file no log is bounded: {@link #refusal} says so. Confined to the loop;
 * {@link LogCutter} works on the files thread.
 */
public final class LogBounds {
    /** Time between two looks at all logs of a workspace. */
    public static final Duration WORKSPACE_INTERVAL = Duration.ofSeconds(15);

    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final Logger LOG = LoggerFactory.getLogger(LogBounds.class);

    private final Host host;
    private final Workspaces workspaces;
    private final RunRecords records;
    private final Executor worker;
    private final Supplier<Retention> bounds;
    private final LogCutter cutter = new LogCutter();
    private Optional<String> refusal = Optional.empty();

    /** @param bounds asked at each look, as they are narrower while the disk runs low */
    public LogBounds(
            Host host, Workspaces workspaces, RunRecords records, Executor worker, Supplier<Retention> bounds) {
        this.host = host;
        this.workspaces = workspaces;
        this.records = records;
        this.worker = worker;
        this.bounds = bounds;
    }

    /** Begins to look. */
    public void start() {
        host.loop().schedule(INTERVAL, this::lookAtLive);
        host.loop().schedule(WORKSPACE_INTERVAL, () -> lookAtAll(this::later));
    }

    private void later() {
        host.loop().schedule(WORKSPACE_INTERVAL, () -> lookAtAll(this::later));
    }

    /** Why logs are not bounded on this host, if they are not. */
    public Optional<String> refusal() {
        return refusal;
    }

    /** Looks at all workspaces now: the disk runs low. */
    public void hurry() {
        lookAtAll(() -> {});
    }

    private void lookAtLive() {
        List<List<LogFile>> commands = new ArrayList<>();
        for (Workspace workspace : workspaces.all()) {
            for (Job job : workspace.jobs()) {
                job.forEachLive(run -> {
                    if (run.stats().takeActivity()) {
                        commands.add(files(job, run.record()));
                    }
                });
            }
        }
        if (commands.isEmpty()) {
            host.loop().schedule(INTERVAL, this::lookAtLive);
            return;
        }
        long bound = bounds.get().logBytesPerCommand();
        onWorker(() -> commands.forEach(logs -> cutter.cut(logs, bound)), () -> host.loop()
                .schedule(INTERVAL, this::lookAtLive));
    }

    /** The logs of the command that the live run is of, the earlier runs first. */
    private List<LogFile> files(Job job, RunRecord live) {
        return job.keptRecords().stream()
                .filter(record -> record.command().equals(live.command()))
                .sorted(Comparator.comparing(RunRecord::run))
                .flatMap(record -> files(record, record.run().equals(live.run())).stream())
                .toList();
    }

    private List<LogFile> files(RunRecord record, boolean live) {
        return List.of(
                new LogFile(records.out(record.workspace(), record.run()), live),
                new LogFile(records.err(record.workspace(), record.run()), live));
    }

    private void lookAtAll(Runnable then) {
        next(List.copyOf(workspaces.all()).iterator(), then);
    }

    private void next(Iterator<Workspace> left, Runnable then) {
        if (!left.hasNext()) {
            onWorker(cutter::forgetGone, then);
            return;
        }
        Workspace workspace = left.next();
        List<RunRecord> all = new ArrayList<>();
        for (Job job : workspace.jobs()) {
            all.addAll(job.keptRecords());
        }
        all.sort(Comparator.comparing(RunRecord::run));
        List<LogFile> logs = new ArrayList<>();
        Map<String, List<LogFile>> ofCommand = new HashMap<>();
        for (RunRecord record : all) {
            List<LogFile> ofRun = files(record, record.exit().isEmpty());
            logs.addAll(ofRun);
            ofCommand
                    .computeIfAbsent(record.command().text(), id -> new ArrayList<>())
                    .addAll(ofRun);
        }
        Retention now = bounds.get();
        onWorker(
                () -> {
                    long written = 0;
                    for (List<LogFile> command : ofCommand.values()) {
                        written += cutter.cut(command, now.logBytesPerCommand());
                    }
                    if (written > now.logBytesPerWorkspace()) {
                        cutter.cut(logs, now.logBytesPerWorkspace());
                    }
                },
                () -> next(left, then));
    }

    /** @param then in any case: what is left out now is looked at the next time */
    private void onWorker(Runnable work, Runnable then) {
        try {
            worker.execute(() -> {
                work.run();
                Optional<String> refused = cutter.refusal();
                host.loop().execute(() -> {
                    refused(refused);
                    then.run();
                });
            });
        } catch (ShipoteException busy) {
            LOG.debug("logs are not looked at now: {}", busy.getMessage());
            host.loop().execute(then);
        }
    }

    private void refused(Optional<String> reason) {
        if (reason.isPresent() && refusal.isEmpty()) {
            refusal = reason;
            host.events().daemon("logs.unbounded", "degraded", reason.get());
            LOG.warn("{}", reason.get());
        }
    }

    /** A log that is to be looked at. */
    record LogFile(Path path, boolean live) {}

    /** Cuts files. Confined to the files thread. */
    private static final class LogCutter {
        private final Map<Path, Long> heads = new HashMap<>();
        private Optional<String> refusal = Optional.empty();

        Optional<String> refusal() {
            return refusal;
        }

        /** Forgets the heads of files that are gone. */
        void forgetGone() {
            heads.keySet().removeIf(file -> !Files.exists(file));
        }

        /** Cuts them if that is needed; the sum of their lengths, holes included. */
        long cut(List<LogFile> logs, long bound) {
            // A stage whose output is a pipe has no such file: its length is 0.
            long most =
                    logs.stream().mapToLong(log -> log.path().toFile().length()).sum();
            if (most > bound && refusal.isEmpty()) {
                cutTo(logs, bound);
            }
            return most;
        }

        private void cutTo(List<LogFile> logs, long bound) {
            List<LogBudget.Held> held = new ArrayList<>();
            for (LogFile log : logs) {
                hold(log).ifPresent(held::add);
            }
            LogBudget.cuts(held, bound).forEach(this::punch);
        }

        private Optional<LogBudget.Held> hold(LogFile log) {
            long size = log.path().toFile().length();
            if (size == 0) {
                heads.remove(log.path());
                return Optional.empty();
            }
            try {
                long known = heads.getOrDefault(log.path(), 0L);
                // A flush has emptied it meanwhile: it begins at its beginning again.
                long head = LogHead.of(log.path(), known > size ? 0 : known, size);
                heads.put(log.path(), head);
                return Optional.of(new LogBudget.Held(log.path(), size, head, log.live()));
            } catch (IOException e) {
                return unusable(log.path(), e);
            }
        }

        private void punch(LogBudget.Held cut) {
            try (Fd fd = Fd.open(cut.file(), Fd.Access.READ_WRITE)) {
                fd.punchHole(0, LogBudget.block(cut.head()));
                heads.put(cut.file(), cut.head());
            } catch (IOException e) {
                unusable(cut.file(), e);
            }
        }

        private Optional<LogBudget.Held> unusable(Path file, IOException e) {
            int errno = e instanceof ErrnoException known ? known.errno() : 0;
            if (errno == Errno.EOPNOTSUPP || errno == Errno.ENOSYS) {
                refusal = Optional.of("logs are not bounded: the file system of " + file.getParent()
                        + " does not give back parts of a file (" + e.getMessage()
                        + "); what has ended is still pruned by number and age");
            } else if (errno != Errno.ENOENT) {
                LOG.warn("the log {} could not be cut", file, e);
            }
            return Optional.empty();
        }
    }
}
