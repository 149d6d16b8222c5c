package io.shipote.core;

import io.shipote.card.CommandRef;
import io.shipote.card.LaunchSpec;
import io.shipote.card.Problems;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.linux.Fd;
import io.shipote.core.store.RunRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What clients do with commands; what is declared is on disk before it happens. Confined to the loop thread. */
public final class Commands {
    /** Default time between SIGTERM and SIGKILL for a command. */
    public static final Duration GRACE = Duration.ofSeconds(3);

    /** Who only waits for a stop gives it no less time than it has. */
    private static final Duration NO_LESS = Duration.ofMillis(Long.MAX_VALUE);

    private static final Targets<Command> TARGETS = new Targets<>(
            "command", Command::id, Command::label, one -> one.state().live());

    private final Host host;
    private final Intents intents;
    private final Workspaces workspaces;

    public Commands(Host host, Intents intents, Workspaces workspaces) {
        this.host = host;
        this.intents = intents;
        this.workspaces = workspaces;
    }

    /**
     * What a client asks to run.
     *
     * @param stdin read end of a pipe for its first run, which must not be restarted by a policy; it stays the caller's and
     *     is needed until the answer has come
     */
    public record Request(CommandRef spec, Optional<String> name, RestartPolicy policy, Optional<Fd> stdin) {
        /** A command that reads what its spec says. */
        public Request(CommandRef spec, Optional<String> name, RestartPolicy policy) {
            this(spec, name, policy, Optional.empty());
        }
    }

    /** Starts a new command; the answer comes when its process runs. */
    public void run(Workspace workspace, Request request, Answer<Command> answer) {
        check(workspace, request);
        boolean woken = workspaces.activate(workspace);
        CommandIntent intent =
                new CommandIntent(host.ids().command(), request.name(), request.spec(), request.policy(), true);
        Command command = new Command(host, workspace, intent);
        request.stdin().ifPresent(command::firstStdin);
        workspace.add(command);
        if (!intent.durable() && !woken) {
            begin(command, answer);
            return;
        }
        intents.save(workspace, Answer.of(stored -> begin(command, answer), e -> {
            workspace.remove(command);
            if (woken) {
                workspaces.deactivate(workspace);
            }
            answer.fail(e);
        }));
    }

    private void begin(Command command, Answer<Command> answer) {
        Workspace workspace = command.workspace();
        start(
                command,
                Answer.of(run -> answer.ok(command), e -> {
                    // What could not be started for a missing program or the like is not kept, unless it will be tried
                    // again.
                    if (!command.state().live()) {
                        workspace.remove(command);
                        drop(command, () -> answer.fail(e));
                    } else {
                        answer.fail(e);
                    }
                }),
                command::start);
    }

    /** Starts it by {@code how} once its workspace has its group, unless somebody has stopped or removed it meanwhile. */
    private void start(Command command, Answer<Run> answer, Consumer<Answer<Run>> how) {
        Workspace workspace = command.workspace();
        workspaces.prepare(workspace, () -> {
            Optional<ShipoteException> leaving = workspaces.leaving();
            if (leaving.isPresent()) {
                answer.fail(leaving.get());
            } else if (command.toRun() && command.state() == JobState.STOPPING) {
                // Its stop was under way when this was asked: what was asked last counts. It keeps the grace it was
                // given.
                command.stop(EndedBy.USER, NO_LESS, () -> start(command, answer, how));
            } else if (command.toRun() && workspace.paused().isPresent()) {
                if (command.intent().durable() && !command.state().live()) {
                    command.hold();
                }
                answer.fail(wrongState(
                        command, "its workspace was paused before it was started (ws resume lets it go on)"));
            } else if (command.toRun()) {
                how.accept(answer);
            } else {
                answer.fail(wrongState(command, "it was stopped or removed before it was started"));
            }
        });
    }

    private static ShipoteException wrongState(Command command, String why) {
        return new ShipoteException(
                ErrorCode.WRONG_STATE,
                "'" + command.label() + "' is " + command.state().word() + ": " + why,
                Map.of("id", command.id(), "state", command.state().word()));
    }

    private void drop(Command command, Runnable then) {
        host.launcher().forget(command.keptRecords(), () -> {});
        if (!command.intent().durable()) {
            then.run();
            return;
        }
        intents.save(command.workspace(), Answer.of(stored -> then.run(), e -> then.run()));
    }

    private void check(Workspace workspace, Request request) {
        Problems problems = new Problems();
        if (request.spec().label().isBlank()) {
            problems.add("label", "must not be blank");
        }
        if (request.name().isPresent() && request.name().get().isBlank()) {
            problems.add("name", "must not be blank");
        }
        if (Argv.of(request.spec()).get(0).isEmpty()) {
            problems.add("payload.Native.exec", "must not be empty");
        }
        request.spec().checkLaunch("", problems);
        request.stdin().ifPresent(pipe -> checkStdin(request, problems));
        problems.throwIfAny("command");
        if (workspace.full()) {
            throw new ShipoteException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "workspace '" + workspace.label() + "' holds " + Workspace.MAX_JOBS + " jobs already",
                    Map.of("limit", "jobs", "value", Workspace.MAX_JOBS));
        }
        request.name().ifPresent(name -> workspace.commands().stream()
                .filter(c -> c.intent().name().equals(Optional.of(name)))
                .findFirst()
                .ifPresent(c -> {
                    throw new ShipoteException(
                            ErrorCode.ALREADY_EXISTS,
                            "a command named '" + name + "' exists in workspace '" + workspace.label()
                                    + "' (shipote start, restart or rm it)",
                            Map.of("id", c.id()));
                }));
    }

    private static void checkStdin(Request request, Problems problems) {
        if (request.policy().policy() != RestartPolicy.Policy.NEVER) {
            problems.add(
                    "restart",
                    "must be never for a command that reads from its client: what one run has read is gone for the next");
        }
        LaunchSpec.of(request.spec())
                .stdin()
                .ifPresent(file ->
                        problems.add("shipote.stdin", "must not be set for a command that reads from its client"));
    }

    /** Finds a command by id, name or label, in one workspace or in all. */
    public Command get(String target, Optional<String> workspace) {
        if (workspace.isPresent()) {
            return TARGETS.find(target, workspaces.get(workspace.get()).commands());
        }
        return TARGETS.find(
                target,
                workspaces.all().stream().flatMap(w -> w.commands().stream()).toList());
    }

    /** Starts a command that is down. */
    public void start(Command command, Answer<Command> answer) {
        if (command.state() == JobState.STOPPING) {
            throw wrongState(command, "it is being stopped (wait until it is)");
        }
        if (command.state() == JobState.PAUSED) {
            throw wrongState(command, "it only waits to go on (shipote resume)");
        }
        boolean woken = workspaces.activate(command.workspace());
        want(
                command,
                true,
                woken,
                answer.then(stored -> start(command, answer.then(run -> answer.ok(command)), command::start)));
    }

    /** Ends a command for good; the answer has the number of processes it had. */
    public void stop(Command command, Duration grace, Answer<Long> answer) {
        long alive = command.liveRuns().size();
        want(command, false, false, answer.then(stored -> command.stop(EndedBy.USER, grace, () -> answer.ok(alive))));
    }

    /** Ends and starts it anew. */
    public void restart(Command command, Duration grace, Answer<Command> answer) {
        boolean woken = workspaces.activate(command.workspace());
        want(
                command,
                true,
                woken,
                answer.then(stored -> command.stop(
                        EndedBy.USER,
                        grace,
                        () -> start(command, answer.then(run -> answer.ok(command)), command::startAgain))));
    }

    private void want(Command command, boolean up, boolean woken, Answer<Void> answer) {
        CommandIntent before = command.intent();
        command.intent(before.wanted(up));
        if (!woken && (!before.durable() || before.up() == up)) {
            answer.ok(null);
            return;
        }
        intents.save(command.workspace(), Answer.of(answer::ok, e -> {
            command.intent(before);
            if (woken) {
                workspaces.deactivate(command.workspace());
            }
            answer.fail(e);
        }));
    }

    /** Removes a command that is down, with its record and logs. */
    public void remove(Command command, Answer<Void> answer) {
        checkDown(command);
        if (!command.intent().durable()) {
            command.workspace().remove(command);
            forget(command, answer);
            return;
        }
        List<RunRecord> records = command.keptRecords();
        if (records.isEmpty()) {
            undeclare(command, answer);
            return;
        }
        // Cut short once it is not declared any more, the next daemon has nothing but these to go by.
        List<RunRecord> marked = records.stream().map(RunRecord::removing).toList();
        host.launcher().keep(marked, () -> undeclare(command, answer));
    }

    private void undeclare(Command command, Answer<Void> answer) {
        Workspace workspace = command.workspace();
        try {
            TARGETS.find(command.id(), workspace.commands());
            checkDown(command);
        } catch (ShipoteException changed) {
            answer.fail(changed);
            return;
        }
        workspace.remove(command);
        intents.save(workspace, Answer.of(stored -> forget(command, answer), e -> {
            workspace.add(command);
            answer.fail(e);
        }));
    }

    private void forget(Command command, Answer<Void> answer) {
        host.launcher().forget(command.keptRecords(), () -> answer.ok(null));
    }

    private static void checkDown(Command command) {
        if (!command.remains().isEmpty()) {
            throw wrongState(command, String.join("; ", command.remains()) + " (remove it when they are gone)");
        }
        if (command.state().live()) {
            throw new ShipoteException(
                    ErrorCode.WRONG_STATE,
                    "'" + command.label() + "' is " + command.state().word() + " (shipote stop it first)",
                    Map.of("id", command.id(), "state", command.state().word()));
        }
    }
}
