package io.shipote.daemon.methods;

import io.shipote.card.Problems;
import io.shipote.card.wire.DaemonCalls.PruneIn;
import io.shipote.card.wire.DaemonCalls.PruneOut;
import io.shipote.card.wire.PrunedJob;
import io.shipote.core.Command;
import io.shipote.core.Job;
import io.shipote.core.Workspace;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import java.util.List;
import java.util.Optional;

/** The method that throws away what has ended. */
public final class PruneMethods {
    /** Jobs that one reply lists. */
    static final int MAX_LISTED = 1_000;

    private final Services services;

    public PruneMethods(Services services) {
        this.services = services;
    }

    /** Adds it to the table. */
    public void register(MethodTable table) {
        table.on("Prune", PruneIn.class, this::prune);
    }

    private void prune(PruneIn in, Exchange exchange) {
        Problems problems = new Problems();
        long olderMs = in.olderMs().orElse(0L);
        if (olderMs < 0) {
            problems.add("older_ms", "must not be negative");
        }
        problems.throwIfAny("parameters");
        Optional<Workspace> only = in.workspace().map(services.workspaces()::get);
        boolean dryRun = in.dryRun().orElse(false);
        services.gate().change(exchange, () -> services.upkeep()
                .pruner()
                .prune(only, olderMs, dryRun, Pages.reply(exchange, PruneMethods::out)));
    }

    private static PruneOut out(List<Job> jobs) {
        return new PruneOut(
                jobs.stream().limit(MAX_LISTED).map(PruneMethods::seen).toList(), jobs.size());
    }

    private static PrunedJob seen(Job job) {
        return new PrunedJob(
                job.id(),
                job instanceof Command ? "command" : "pipeline",
                job.label(),
                job.workspace().id().text());
    }
}
