package io.shipote.daemon.methods;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandRef;
import io.shipote.card.Problems;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.CommandCalls.FlushCommandIn;
import io.shipote.card.wire.CommandCalls.FlushCommandOut;
import io.shipote.card.wire.CommandCalls.ListCommandsIn;
import io.shipote.card.wire.CommandCalls.ListCommandsOut;
import io.shipote.card.wire.CommandCalls.RemoveCommandIn;
import io.shipote.card.wire.CommandCalls.RemoveCommandOut;
import io.shipote.card.wire.CommandCalls.RestartCommandIn;
import io.shipote.card.wire.CommandCalls.RestartCommandOut;
import io.shipote.card.wire.CommandCalls.RunIn;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandCalls.ShowCommandIn;
import io.shipote.card.wire.CommandCalls.ShowCommandOut;
import io.shipote.card.wire.CommandCalls.StartCommandIn;
import io.shipote.card.wire.CommandCalls.StartCommandOut;
import io.shipote.card.wire.CommandCalls.StopCommandIn;
import io.shipote.card.wire.CommandCalls.StopCommandOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import io.shipote.core.Assessments;
import io.shipote.core.Command;
import io.shipote.core.CommandIntent;
import io.shipote.core.Commands;
import io.shipote.core.Run;
import io.shipote.core.Workspace;
import io.shipote.core.Workspaces;
import io.shipote.core.linux.Pipe;
import io.shipote.core.store.RunRecord;
import io.shipote.daemon.control.Exchange;
import io.shipote.daemon.control.MethodTable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The methods on commands. */
public final class CommandMethods {
    private final Services services;
    private final Statuses statuses;
    private final Assessments assessments;
    private final StdinFeeds feeds;

    public CommandMethods(Services services) {
        this.services = services;
        this.statuses = new Statuses(services.records());
        this.assessments = new Assessments(services.host());
        this.feeds = new StdinFeeds(services.host().loop());
    }

    /** Adds them to the table. */
    public void register(MethodTable table) {
        table.onMayUpgrade("Run", RunIn.class, this::run);
        table.on("ListCommands", ListCommandsIn.class, this::list);
        table.on("ShowCommand", ShowCommandIn.class, this::show);
        table.on("StartCommand", StartCommandIn.class, this::start);
        table.on("StopCommand", StopCommandIn.class, this::stop);
        table.on("RestartCommand", RestartCommandIn.class, this::restart);
        table.on("RemoveCommand", RemoveCommandIn.class, this::remove);
        table.on("FlushCommand", FlushCommandIn.class, this::flush);
    }

    private void run(RunIn in, Exchange exchange) {
        Problems problems = new Problems();
        CommandRef spec = CommandRef.decode(in.spec(), "", problems);
        problems.throwIfAny("command spec");
        spec.checkLaunch("", problems);
        problems.throwIfAny("command");
        Workspace workspace = services.workspaces().get(in.workspace());
        Commands.Request request =
                new Commands.Request(spec, in.name(), checked(CommandIntent.policy(in.restart(), spec)));
        boolean strict = in.strict().orElse(false);
        Runnable begin = () -> exchange.attempt(() -> assess(workspace, request, strict, exchange));
        services.launch(exchange, () -> services.workspaces().prepare(workspace, begin));
    }

    private void assess(Workspace workspace, Commands.Request request, boolean strict, Exchange exchange) {
        Workspaces.refuseWhileEnding(workspace);
        assessments.ofCommand(
                workspace,
                request.spec(),
                strict,
                Answer.of(
                        applied -> exchange.attempt(() -> start(workspace, request, applied, exchange)),
                        exchange::fail));
    }

    private void start(Workspace workspace, Commands.Request request, List<Applied> applied, Exchange exchange) {
        if (exchange.wantsUpgrade()) {
            runWithInput(workspace, request, applied, exchange);
        } else {
            services.commands().run(workspace, request, Pages.reply(exchange, c -> out(c, applied)));
        }
    }

    /** The connection becomes the command's standard input. */
    private void runWithInput(Workspace workspace, Commands.Request request, List<Applied> applied, Exchange exchange) {
        Pipe pipe;
        try {
            pipe = Pipe.open();
        } catch (IOException e) {
            throw new ShipoteException(ErrorCode.NOT_STARTED, "no pipe for its input: " + e.getMessage());
        }
        Commands.Request fed =
                new Commands.Request(request.spec(), request.name(), request.policy(), Optional.of(pipe.readEnd()));
        try {
            services.commands()
                    .run(
                            workspace,
                            fed,
                            Answer.of(
                                    command -> {
                                        pipe.readEnd().close();
                                        exchange.upgrade(out(command, applied))
                                                .ifPresentOrElse(
                                                        client -> feeds.join(client, pipe.writeEnd()), pipe::close);
                                    },
                                    e -> {
                                        pipe.close();
                                        exchange.fail(e);
                                    }));
        } catch (RuntimeException e) {
            pipe.close();
            throw e;
        }
    }

    private static RunOut out(Command command, List<Applied> applied) {
        return new RunOut(
                command.id(),
                command.state().word(),
                command.lastRecord().map(r -> r.run().text()).orElse(""),
                pid(command).orElse(0L),
                applied);
    }

    private static RestartPolicy checked(RestartPolicy policy) {
        Problems problems = new Problems();
        policy.backoffMs().filter(ms -> ms < 0).ifPresent(ms -> problems.add("restart.backoff_ms", "is negative"));
        policy.maxBackoffMs()
                .filter(ms -> ms < 0)
                .ifPresent(ms -> problems.add("restart.max_backoff_ms", "is negative"));
        policy.max().filter(max -> max < 0).ifPresent(max -> problems.add("restart.max", "is negative"));
        problems.throwIfAny("restart policy");
        return policy;
    }

    private static Optional<Long> pid(Command command) {
        return command.liveRuns().stream().map(Run::pid).map(Long::valueOf).findFirst();
    }

    private void list(ListCommandsIn in, Exchange exchange) {
        Optional<Workspace> only = in.workspace().map(services.workspaces()::get);
        boolean all = in.all().orElse(false);
        String after = in.after().orElse("");
        List<Command> found = only
                .map(List::of)
                .orElseGet(() -> List.copyOf(services.workspaces().all()))
                .stream()
                .flatMap(w -> w.commands().stream())
                .filter(c -> all || c.state().live() || c.intent().durable())
                .filter(c -> c.id().compareTo(after) > 0)
                .sorted(Comparator.comparing(Command::id))
                .toList();
        Pages.Page<Command> page = Pages.of(found, in.limit(), Command::id);
        long pruned = only.map(Workspace::pruned).orElseGet(() -> services.workspaces().all().stream()
                .mapToLong(Workspace::pruned)
                .sum());
        exchange.reply(new ListCommandsOut(
                page.items().stream().map(statuses::of).toList(),
                page.next(),
                Optional.of(pruned).filter(count -> count > 0)));
    }

    private void show(ShowCommandIn in, Exchange exchange) {
        Command command = services.commands().get(in.target(), in.workspace());
        Optional<List<ObjectNode>> samples = command.stats().map(stats -> stats.samples().stream()
                .map(row -> StatsText.row(
                        row,
                        services.host().cores(),
                        command.lastRecord().orElseThrow().startedMs()))
                .toList());
        exchange.reply(new ShowCommandOut(
                statuses.of(command),
                Statuses.shown(command.intent().spec().encode(), in.showEnv()),
                samples,
                Optional.of(statuses.runs(command))));
    }

    private void start(StartCommandIn in, Exchange exchange) {
        Command command = services.commands().get(in.target(), in.workspace());
        services.launch(exchange, () -> services.commands()
                .start(
                        command,
                        Pages.reply(
                                exchange,
                                c -> new StartCommandOut(c.id(), c.state().word(), pid(c)))));
    }

    private void stop(StopCommandIn in, Exchange exchange) {
        Command command = services.commands().get(in.target(), in.workspace());
        Duration grace = Pages.grace(in.graceMs()).orElseGet(() -> command.stopGrace(Commands.GRACE));
        services.gate().change(exchange, () -> services.commands()
                .stop(
                        command,
                        grace,
                        Pages.reply(
                                exchange,
                                ended -> new StopCommandOut(
                                        command.id(), command.state().word(), ended))));
    }

    private void restart(RestartCommandIn in, Exchange exchange) {
        Command command = services.commands().get(in.target(), in.workspace());
        Duration grace = Pages.grace(in.graceMs()).orElseGet(() -> command.stopGrace(Commands.GRACE));
        services.launch(exchange, () -> services.commands()
                .restart(
                        command,
                        grace,
                        Pages.reply(
                                exchange,
                                c -> new RestartCommandOut(c.id(), c.state().word(), pid(c)))));
    }

    private void remove(RemoveCommandIn in, Exchange exchange) {
        Command command = services.commands().get(in.target(), in.workspace());
        services.gate().change(exchange, () -> services.commands()
                .remove(command, Pages.reply(exchange, v -> new RemoveCommandOut(command.id(), "removed"))));
    }

    private void flush(FlushCommandIn in, Exchange exchange) {
        Command command = services.commands().get(in.target(), in.workspace());
        FlushCommandOut out = new FlushCommandOut(command.id(), command.state().word());
        Optional<RunRecord> record = command.lastRecord();
        if (record.isEmpty()) {
            exchange.reply(out);
            return;
        }
        Path stdout =
                services.records().out(record.get().workspace(), record.get().run());
        Path stderr =
                services.records().err(record.get().workspace(), record.get().run());
        services.files().execute(() -> {
            Optional<IOException> failure = empty(stdout).or(() -> empty(stderr));
            services.host().loop().execute(() -> {
                if (failure.isEmpty()) {
                    exchange.reply(out);
                } else {
                    exchange.fail(new ShipoteException(
                            ErrorCode.NOT_STORED,
                            "the log could not be emptied: " + failure.get().getMessage()));
                }
            });
        });
    }

    /** Writers have it open for appending, so they go on at the new end. */
    private static Optional<IOException> empty(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }
}
