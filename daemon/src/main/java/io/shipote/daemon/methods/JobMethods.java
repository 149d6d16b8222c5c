package io.shipote.daemon.methods;

import io.shipote.card.ExitStatus;
import io.shipote.card.Signals;
import io.shipote.card.StopSpec;
import io.shipote.card.wire.CommandCalls.KillIn;
import io.shipote.card.wire.CommandCalls.KillOut;
import io.shipote.card.wire.CommandCalls.RetryNowIn;
import io.shipote.card.wire.CommandCalls.RetryNowOut;
import io.shipote.card.wire.CommandCalls.WaitIn;
import io.shipote.card.wire.CommandCalls.WaitOut;
import io.shipote.card.wire.DaemonCalls.WhyIn;
import io.shipote.card.wire.DaemonCalls.WhyOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.Command;
import io.shipote.core.Job;
import io.shipote.core.Targets;
import io.shipote.core.Workspace;
import io.shipote.core.store.RunRecord;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import io.shipote.daemon.control.Resumption;
import io.shipote.pipeline.Pipeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The methods that take a command or a pipeline alike. */
public final class JobMethods {
    private static final Targets<Job> TARGETS = new Targets<>(
            "command or pipeline", Job::id, Job::label, one -> one.state().live());
    private static final Targets<Job> ANYTHING =
            new Targets<>("workspace, command or pipeline", Job::id, Job::label, one -> one.state()
                    .live());

    private final Services services;

    public JobMethods(Services services) {
        this.services = services;
    }

    /** Adds them to the table. */
    public void register(MethodTable table) {
        table.on("Wait", WaitIn.class, this::await);
        table.on("Kill", KillIn.class, this::kill);
        table.on("RetryNow", RetryNowIn.class, this::retryNow);
        table.on("Why", WhyIn.class, this::why);
    }

    static Job find(Services services, String target, Optional<String> workspace) {
        return find(TARGETS, services, target, workspace);
    }

    private static Job find(Targets<Job> targets, Services services, String target, Optional<String> workspace) {
        return targets.find(
                target,
                services.workspaces()
                        .jobs(workspace.map(services.workspaces()::get))
                        .values());
    }

    private void await(WaitIn in, Exchange exchange) {
        exchange.resumes(Resumption.same(in));
        // What is still being looked for after a start of the daemon has not ended, and may not even be known.
        services.gate().change(exchange, () -> {
            Job job = find(services, in.target(), in.workspace());
            Runnable cancel = job.whenSettled(() -> exchange.reply(new WaitOut(
                    job.id(),
                    job.state().word(),
                    job instanceof Command command ? command.exit().map(ExitStatus::encode) : Optional.empty(),
                    job.shellStatus(),
                    job.why(),
                    endedBy(job))));
            exchange.onClosed(cancel);
        });
    }

    private static Optional<String> endedBy(Job job) {
        return job instanceof Command command ? command.lastRecord().flatMap(RunRecord::endedBy) : Optional.empty();
    }

    private void kill(KillIn in, Exchange exchange) {
        Job job = find(services, in.target(), in.workspace());
        OptionalInt signal = Signals.number(in.signal());
        if (signal.isEmpty()) {
            throw new ShipoteException(
                    ErrorCode.INVALID_SPEC,
                    "no signal '" + in.signal() + "' (a name such as TERM, or a number from 1 to " + Signals.MAX + ")",
                    Map.of("problems", List.of(Map.of("path", "signal", "message", "unknown"))));
        }
        if (!job.state().live()) {
            throw new ShipoteException(
                    ErrorCode.WRONG_STATE,
                    "'" + job.label() + "' is " + job.state().word() + ": it has no processes",
                    Map.of("id", job.id(), "state", job.state().word()));
        }
        services.gate().change(exchange, () -> {
            job.signal(
                    signal.getAsInt(),
                    count -> exchange.reply(new KillOut(job.id(), job.state().word(), count)));
            if (job.state() == JobState.PAUSED && !job.liveRuns().isEmpty()) {
                // The signal waits for it by now. Nobody waits for the answer: what has died needs no more.
                job.resume(Answer.of(done -> {}, e -> {}));
            }
        });
    }

    private void retryNow(RetryNowIn in, Exchange exchange) {
        Job job = find(services, in.target(), in.workspace());
        services.gate().change(exchange, () -> {
            if (!job.retryNow()) {
                exchange.fail(new ShipoteException(
                        ErrorCode.WRONG_STATE,
                        "'" + job.label() + "' is " + job.state().word() + ": no restart of it is due",
                        Map.of("id", job.id(), "state", job.state().word())));
                return;
            }
            exchange.reply(new RetryNowOut(job.id(), job.state().word()));
        });
    }

    private void why(WhyIn in, Exchange exchange) {
        List<String> lines = new ArrayList<>();
        Optional<Workspace> workspace = workspace(in);
        if (workspace.isPresent()) {
            Workspace found = workspace.get();
            lines.add("workspace '" + found.label() + "' is "
                    + found.status().state().word());
            found.paused()
                    .ifPresent(ms -> lines.add("it was paused at " + Instant.ofEpochMilli(ms)
                            + ": nothing is started in it until ws resume"));
            if (!found.leftovers().runs().isEmpty()) {
                lines.add(found.leftovers().runs().size()
                        + " of its runs left processes behind (detached_children); ws stop ends them");
            }
            QuotaLines.add(lines, found);
            found.deadlineMs()
                    .ifPresent(ms -> lines.add(
                            StateSentence.ofTtl(ms, services.host().loop().wallMillis())));
            found.applied()
                    .forEach(a -> lines.add(a.item() + ": " + a.outcome().word()
                            + a.why().map(why -> ": " + why).orElse("")));
            exchange.reply(new WhyOut(found.id().text(), found.status().state().word(), lines));
            return;
        }
        Job job = find(in.workspace().isPresent() ? TARGETS : ANYTHING, services, in.target(), in.workspace());
        lines.add(StateSentence.of("'" + job.label() + "'", job.state(), job.why()));
        if (job instanceof Command command) {
            command.retries().status().ifPresent(retry -> RetryLines.add(lines, "", retry));
        }
        if (job instanceof Command command
                && StopSpec.of(command.intent().spec().shape().shipote()).detachedChildren()) {
            lines.add("what it leaves behind when it ends by itself is left alone (detached_children)");
        }
        if (job instanceof Pipeline pipeline) {
            PipelineStatus seen = new Statuses(services.records()).of(pipeline);
            seen.retry().ifPresent(retry -> RetryLines.add(lines, "", retry));
            seen.stages().forEach(s -> {
                lines.add(StateSentence.of("stage '" + s.label() + "'", s.state(), s.why()));
                s.retry().ifPresent(retry -> RetryLines.add(lines, "stage '" + s.label() + "': ", retry));
            });
        }
        exchange.reply(new WhyOut(job.id(), job.state().word(), lines));
    }

    private Optional<Workspace> workspace(WhyIn in) {
        if (in.workspace().isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(services.workspaces().get(in.target()));
        } catch (ShipoteException e) {
            if (e.code() == ErrorCode.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
