package io.shipote.daemon.methods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.Problems;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.Limits;
import io.shipote.card.wire.QuotaBreach;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceCalls.WorkspaceQuotaIn;
import io.shipote.card.wire.WorkspaceCalls.WorkspaceQuotaOut;
import io.shipote.card.wire.WorkspaceCalls.WorkspaceStatsIn;
import io.shipote.card.wire.WorkspaceCalls.WorkspaceStatsOut;
import io.shipote.core.Quota;
import io.shipote.core.StatsHistory;
import io.shipote.core.StatsHistory.Tier;
import io.shipote.core.StatsRow;
import io.shipote.core.Workspace;
import io.shipote.core.linux.Figure;
import io.shipote.core.linux.Usage;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import io.shipote.daemon.control.Resumption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The methods on what workspaces use. */
public final class StatsMethods {
    private final Services services;

    public StatsMethods(Services services) {
        this.services = services;
    }

    /** Adds them to the table. */
    public void register(MethodTable table) {
        table.on("WorkspaceStats", WorkspaceStatsIn.class, this::stats);
        table.on("WorkspaceQuota", WorkspaceQuotaIn.class, this::quota);
    }

    private void stats(WorkspaceStatsIn in, Exchange exchange) {
        Workspace workspace = services.workspaces().get(in.target());
        Tier tier = tier(in);
        services.histories().read(workspace, () -> exchange.attempt(() -> stats(workspace, in, tier, exchange)));
    }

    private void stats(Workspace workspace, WorkspaceStatsIn in, Tier tier, Exchange exchange) {
        if (exchange.wantsMore()) {
            // The rest of the history has been sent.
            exchange.resumes(
                    Resumption.same(new WorkspaceStatsIn(in.target(), Optional.of(1L), in.tier(), Optional.empty())));
            watch(workspace, in, tier, exchange);
            return;
        }
        if (workspace.alive() == 0 || workspace.history().newest().isPresent()) {
            exchange.reply(stats(workspace, in, tier));
            return;
        }
        // Asked for before the first tick: the figures are wanted now.
        services.sampler().now(workspace, () -> exchange.reply(stats(workspace, in, tier)));
    }

    private Tier tier(WorkspaceStatsIn in) {
        Problems problems = new Problems();
        in.tail().filter(tail -> tail < 0).ifPresent(tail -> problems.add("tail", "must not be negative"));
        in.sinceMs().filter(since -> since < 0).ifPresent(since -> problems.add("since_ms", "must not be negative"));
        Optional<Tier> given = Optional.empty();
        for (Tier tier : Tier.values()) {
            given = in.tier().filter(tier.word()::equals).isPresent() ? Optional.of(tier) : given;
        }
        if (in.tier().isPresent() && given.isEmpty()) {
            problems.add("tier", "must be 1s, 10s or 60s");
        }
        problems.throwIfAny("parameters");
        return given.orElseGet(() -> in.sinceMs()
                .map(since -> StatsHistory.reaching(
                        since, services.sampler().interval().toMillis()))
                .orElse(Tier.SECOND));
    }

    private void watch(Workspace workspace, WorkspaceStatsIn in, Tier tier, Exchange exchange) {
        exchange.next(stats(workspace, in, tier));
        Runnable unwatch = workspace
                .stats()
                .watch(row -> exchange.next(out(workspace, List.of(json(workspace, row)), Tier.SECOND)));
        Runnable stay = workspace.whenRemoved(() -> {
            unwatch.run();
            exchange.fail(new ShipoteException(
                    ErrorCode.NOT_FOUND,
                    "workspace '" + workspace.label() + "' has been deleted",
                    Map.of("target", workspace.id().text())));
        });
        exchange.onClosed(() -> {
            unwatch.run();
            stay.run();
        });
    }

    private WorkspaceStatsOut stats(Workspace workspace, WorkspaceStatsIn in, Tier tier) {
        long after = in.sinceMs()
                .map(since -> services.host().loop().wallMillis() - since)
                .orElse(Long.MIN_VALUE);
        List<ObjectNode> samples = new ArrayList<>();
        if (tier == Tier.SECOND && in.sinceMs().isEmpty()) {
            workspace.history().fromSnapshot().forEach(sample -> samples.add(StatsText.persisted(sample)));
        }
        for (StatsRow row : workspace.history().all(tier)) {
            if (row.atMs() >= after) {
                samples.add(json(workspace, row));
            }
        }
        if (!samples.isEmpty() && workspace.history().newest().isPresent()) {
            StatsText.putTotals(
                    samples.get(samples.size() - 1), workspace.stats().usage());
        }
        long tail = in.tail().orElse(0L);
        int from = tail == 0 || tail >= samples.size() ? 0 : (int) (samples.size() - tail);
        return out(workspace, samples.subList(from, samples.size()), tier);
    }

    private ObjectNode json(Workspace workspace, StatsRow row) {
        return StatsText.row(row, services.host().cores(), workspace.createdMs());
    }

    private WorkspaceStatsOut out(Workspace workspace, List<ObjectNode> samples, Tier tier) {
        long interval = tier == Tier.SECOND ? services.sampler().interval().toMillis() : tier.spanMs();
        return new WorkspaceStatsOut(
                workspace.id().text(), workspace.label(), samples, Optional.of(tier.word()), Optional.of(interval));
    }

    private void quota(WorkspaceQuotaIn in, Exchange exchange) {
        Workspace workspace = services.workspaces().get(in.target());
        services.workspaces().prepare(workspace, () -> {
            if (workspace.alive() > 0) {
                services.sampler().now(workspace, () -> exchange.reply(quota(workspace)));
            } else {
                exchange.reply(quota(workspace));
            }
        });
    }

    private static WorkspaceQuotaOut quota(Workspace workspace) {
        WorkspaceSpec spec = workspace.spec();
        Quota quota = workspace.quota();
        Usage usage = workspace.stats().usage();
        boolean running = workspace.alive() > 0;
        Optional<Long> memory = used(usage, Figure.MEMORY, running);
        Optional<Long> processes = used(usage, Figure.PIDS, running);
        List<String> over = new ArrayList<>();
        over(Quota.What.MEM, quota, memory, "memory: %d bytes > %d bytes limit", over);
        over(Quota.What.NPROC, quota, processes, "nproc: %d alive > %d limit", over);
        return new WorkspaceQuotaOut(
                workspace.id().text(),
                spec.soma().rlimits().memBytes().map(Statuses::number).map(JsonNode.class::cast),
                spec.soma().rlimits().nproc(),
                spec.quotaEnforce().mem().word(),
                spec.quotaEnforce().nproc().word(),
                over,
                Optional.of(Limits.of(spec.soma())),
                memory,
                processes,
                by(quota, Quota.What.MEM),
                by(quota, Quota.What.NPROC),
                Optional.of(quota.count()),
                Optional.of(quota.breaches().stream().map(StatsMethods::breach).toList()));
    }

    /** Nothing is used where nothing runs. */
    private static Optional<Long> used(Usage usage, Figure figure, boolean running) {
        if (!running) {
            return Optional.of(0L);
        }
        return usage.known(figure) ? Optional.of(usage.get(figure)) : Optional.empty();
    }

    private static void over(Quota.What what, Quota quota, Optional<Long> used, String text, List<String> over) {
        quota.limit(what).ifPresent(limit -> used.filter(now -> now > limit)
                .ifPresent(now -> over.add(String.format(Locale.ROOT, text, now, limit))));
    }

    private static Optional<String> by(Quota quota, Quota.What what) {
        return quota.limit(what).isPresent() ? Optional.of(quota.by(what).word()) : Optional.empty();
    }

    private static QuotaBreach breach(Quota.Breach breach) {
        return new QuotaBreach(
                breach.atMs(),
                breach.what().word(),
                breach.used(),
                breach.limit(),
                breach.by().word(),
                breach.outcome().word(),
                breach.command());
    }
}
