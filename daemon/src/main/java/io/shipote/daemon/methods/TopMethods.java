package io.shipote.daemon.methods;

import io.shipote.card.wire.DaemonCalls.TopIn;
import io.shipote.card.wire.DaemonCalls.TopOut;
import io.shipote.card.wire.RunUsage;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.Job;
import io.shipote.core.Run;
import io.shipote.core.RunStats;
import io.shipote.core.Workspace;
import io.shipote.core.linux.Figure;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import io.shipote.daemon.control.Resumption;
import io.shipote.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The method on what uses most. It shows what the sampler has read last, and reads nothing itself. */
public final class TopMethods {
    private static final long DEFAULT_LIMIT = 100;

    private static final Comparator<Live> MOST_FIRST = Comparator.comparingDouble(Live::cpu)
            .thenComparingLong(Live::memory)
            .reversed()
            .thenComparing(live -> live.run().id());

    private final Services services;

    public TopMethods(Services services) {
        this.services = services;
    }

    /** Adds it to the table. */
    public void register(MethodTable table) {
        table.on("Top", TopIn.class, this::top);
    }

    private record Live(Job job, Run run) {
        double cpu() {
            float percent = run.stats().cpuPercent();
            return Float.isNaN(percent) ? 0 : percent;
        }

        long memory() {
            return run.stats().usage().get(Figure.MEMORY, 0);
        }
    }

    private void top(TopIn in, Exchange exchange) {
        // An unknown name is told before anything is sent.
        workspaces(in);
        if (exchange.wantsMore()) {
            exchange.resumes(Resumption.same(in));
            new Ticker(services.host().loop(), exchange).begin(done -> done.accept(look(in)));
        } else {
            exchange.reply(look(in));
        }
    }

    private Collection<Workspace> workspaces(TopIn in) {
        return in.workspace().isPresent()
                ? List.of(services.workspaces().get(in.workspace().get()))
                : services.workspaces().all();
    }

    private TopOut look(TopIn in) {
        List<WorkspaceStatus> busy = new ArrayList<>();
        List<Live> live = new ArrayList<>();
        for (Workspace workspace : workspaces(in)) {
            int before = live.size();
            workspace.jobs().forEach(job -> job.forEachLive(run -> live.add(new Live(job, run))));
            if (live.size() > before || in.workspace().isPresent()) {
                busy.add(workspace.status());
            }
        }
        int most = (int) Math.max(1, Math.min(Pages.MAX_LIMIT, in.limit().orElse(DEFAULT_LIMIT)));
        return new TopOut(
                services.host().loop().wallMillis(),
                services.host().cores(),
                busy.stream()
                        .sorted(Comparator.comparingDouble(TopMethods::cpu)
                                .reversed()
                                .thenComparing(WorkspaceStatus::id))
                        .limit(most)
                        .toList(),
                live.stream()
                        .sorted(MOST_FIRST)
                        .limit(most)
                        .map(TopMethods::usage)
                        .toList(),
                live.size());
    }

    private static double cpu(WorkspaceStatus workspace) {
        return workspace.usage().flatMap(usage -> usage.cpuPercent()).orElse(0.0);
    }

    private static RunUsage usage(Live live) {
        return new RunUsage(
                live.run().command().text(),
                live.run().id().text(),
                live.run().record().label(),
                live.job().workspace().id().text(),
                live.job() instanceof Pipeline pipeline ? Optional.of(pipeline.id()) : Optional.empty(),
                live.run().pid(),
                RunStats.status(Optional.of(live.run()), Optional.empty()));
    }
}
