package io.shipote.core;

import io.shipote.card.QuotaAction;
import io.shipote.core.linux.Figure;
import io.shipote.core.linux.Usage;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at each sample of a workspace whether a limit was reached. Where the kernel keeps the limit it tells what the
 * kernel did; where nothing keeps it and the card wants that, it does: {@code log} is one event and one entry when the
 * limit is crossed, {@code kill} also ends the run that uses most, and the next one as long as that does not help. A
 * limit counts as crossed anew only after use has fallen to nine tenths of it. Confined to the loop thread.
 */
final class QuotaWatch {
    /** What a run that is ended for its use gets between SIGTERM and SIGKILL. */
    static final Duration GRACE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(QuotaWatch.class);
    private static final long TENTHS = 10;

    private final Host host;
    private final Workspace workspace;
    private final Limit memory;
    private final Limit processes;

    /** One limit, and what has been seen of it. */
    private static final class Limit {
        private final Quota.What what;
        private final Figure used;
        /** Counts what the kernel did at the limit. */
        private final Figure kernels;

        private long seen;
        private boolean over;
        private boolean ending;

        private Limit(Quota.What what, Figure used, Figure kernels) {
            this.what = what;
            this.used = used;
            this.kernels = kernels;
        }
    }

    QuotaWatch(Host host, Workspace workspace) {
        this.host = host;
        this.workspace = workspace;
        this.memory = new Limit(Quota.What.MEM, Figure.MEMORY, Figure.OOM_KILLS);
        this.processes = new Limit(Quota.What.NPROC, Figure.PIDS, Figure.PIDS_REFUSED);
    }

    /** Its group may be older than this daemon: what the kernel did before has been told. */
    void restored() {
        memory.seen = Usage.UNKNOWN;
        processes.seen = Usage.UNKNOWN;
    }

    /** Whether the memory of each run has to be known at every sample. */
    boolean needsMemoryOfRuns() {
        return workspace.quota().by(Quota.What.MEM) == Quota.Enforcer.SAMPLER
                && workspace.stats().memoryOfRuns();
    }

    /** There is a new sample. */
    void sampled(Usage usage, long atMs) {
        look(memory, usage, atMs);
        look(processes, usage, atMs);
    }

    private void look(Limit limit, Usage usage, long atMs) {
        switch (workspace.quota().by(limit.what)) {
            case KERNEL -> kernel(limit, usage, atMs);
            case SAMPLER -> own(limit, usage, atMs);
            default -> limit.over = false;
        }
    }

    private void kernel(Limit limit, Usage usage, long atMs) {
        long counted = usage.get(limit.kernels);
        if (counted != Usage.UNKNOWN && limit.seen != Usage.UNKNOWN && counted > limit.seen) {
            boolean killed = limit.what == Quota.What.MEM;
            Figure high = killed ? Figure.MEMORY_PEAK : Figure.PIDS;
            breach(
                    limit,
                    usage.get(high, 0),
                    atMs,
                    killed ? Quota.Outcome.KILLED : Quota.Outcome.REFUSED,
                    Optional.empty());
        }
        limit.seen = counted == Usage.UNKNOWN ? limit.seen : counted;
    }

    private void own(Limit limit, Usage usage, long atMs) {
        long most = workspace.quota().limit(limit.what).orElse(Long.MAX_VALUE);
        long used = usage.get(limit.used, 0);
        if (used <= most) {
            limit.over &= used > most / TENTHS * (TENTHS - 1);
            return;
        }
        boolean crossed = !limit.over;
        limit.over = true;
        if (workspace.quota().action(limit.what) != QuotaAction.KILL) {
            if (crossed) {
                breach(limit, used, atMs, Quota.Outcome.LOGGED, Optional.empty());
            }
            return;
        }
        if (!limit.ending) {
            largest(limit.used).ifPresent(run -> end(limit, run, used, atMs));
        }
    }

    private void end(Limit limit, Run run, long used, long atMs) {
        limit.ending = true;
        Quota.Breach breach = breach(
                limit,
                used,
                atMs,
                Quota.Outcome.KILLED,
                Optional.of(run.command().text()));
        run.endOverQuota(breach.use(), GRACE, () -> limit.ending = false);
    }

    private Optional<Run> largest(Figure figure) {
        Run[] largest = new Run[1];
        for (Job job : workspace.jobs()) {
            job.forEachLive(run -> {
                boolean first = largest[0] == null;
                if (run.stats().usage().known(figure) && (first || use(run, figure) > use(largest[0], figure))) {
                    largest[0] = run;
                }
            });
        }
        return Optional.ofNullable(largest[0]);
    }

    private static long use(Run run, Figure figure) {
        return run.stats().usage().get(figure);
    }

    private Quota.Breach breach(Limit limit, long used, long atMs, Quota.Outcome outcome, Optional<String> command) {
        Quota quota = workspace.quota();
        Quota.Breach breach = new Quota.Breach(
                atMs, limit.what, used, quota.limit(limit.what).orElse(0), quota.by(limit.what), outcome, command);
        quota.add(breach);
        host.events().workspace("quota." + limit.what.word(), workspace, breach.describe());
        LOG.warn("workspace {} is at its limit: {}", workspace.label(), breach.describe());
        return breach;
    }
}
