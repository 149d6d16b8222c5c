package io.shipote.daemon.methods;

import io.shipote.card.ExitStatus;
import io.shipote.core.EndedBy;
import io.shipote.core.Job;
import io.shipote.core.Quota;
import io.shipote.core.Workspace;
import io.shipote.core.store.RunRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What came of a workspace's limits, in sentences. */
final class QuotaLines {
    /** Runs that are named, the newest first. */
    private static final int MAX_RUNS = 3;

    private QuotaLines() {}

    /** Nothing, as long as no limit was reached. What a run was ended for is in its record, and outlives the daemon. */
    static void add(List<String> lines, Workspace workspace) {
        Quota quota = workspace.quota();
        if (quota.count() > 0) {
            Quota.Breach last = quota.breaches().get(quota.breaches().size() - 1);
            lines.add("its limits were reached " + quota.count() + (quota.count() == 1 ? " time" : " times")
                    + " since the daemon began, last at " + Instant.ofEpochMilli(last.atMs()) + ": " + last.describe()
                    + " (ws quota lists them, audit keeps them)");
        }
        List<RunRecord> ended = new ArrayList<>();
        for (Job job : workspace.jobs()) {
            job.keptRecords().stream().filter(QuotaLines::endedForLimit).forEach(ended::add);
        }
        ended.sort(Comparator.comparing(QuotaLines::endedMs).reversed());
        ended.stream().limit(MAX_RUNS).forEach(run -> lines.add(text(run)));
    }

    private static boolean endedForLimit(RunRecord run) {
        return run.exit().filter(ExitStatus.OomKilled.class::isInstance).isPresent() || byQuota(run);
    }

    private static boolean byQuota(RunRecord run) {
        return run.endedBy().equals(Optional.of(EndedBy.QUOTA.word()));
    }

    private static long endedMs(RunRecord run) {
        return run.endedMs().orElse(0L);
    }

    private static String text(RunRecord run) {
        return "'" + run.label() + "' (" + run.command() + ") was ended for a limit at "
                + Instant.ofEpochMilli(endedMs(run)) + ": "
                + (byQuota(run) ? "by the sampler: " : "")
                + run.exit().map(ExitStatus::describe).orElse("how is not known");
    }
}
