package io.shipote.core;

import io.shipote.card.CommandRef;
import io.shipote.card.ExitStatus;
import io.shipote.card.LaunchSpec;
import io.shipote.card.Problems;
import io.shipote.card.StopSpec;
import io.shipote.card.snapshot.WorkspaceEntry;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.store.RunPhase;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.Section;
import io.shipote.core.store.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the workspaces of the snapshot back, with their ids, and their commands: what still runs is adopted, what
 * died meanwhile follows its policy. Confined to the loop thread.
 */
public final class RestoreWorkspaces {
    private static final Logger LOG = LoggerFactory.getLogger(RestoreWorkspaces.class);

    private final Host host;
    private final Intents intents;
    private final Workspaces workspaces;
    private final Quarantine quarantine;

    public RestoreWorkspaces(Host host, Intents intents, Workspaces workspaces, Quarantine quarantine) {
        this.host = host;
        this.intents = intents;
        this.workspaces = workspaces;
        this.quarantine = quarantine;
    }

    /** Makes the objects; nothing is started, adopted or written. */
    public void read(List<Stored> entries) {
        WorkspaceText text = new WorkspaceText(host);
        for (Stored stored : entries) {
            try {
                Problems problems = new Problems();
                byte[] bytes = stored.bytes();
                Workspace workspace = text.decode(
                        WorkspaceEntry.decode(bytes),
                        () -> WorkspaceEntry.decode(bytes).statsHistory(),
                        problems);
                problems.throwIfAny("workspace");
                if (workspaces.byId(workspace.id()).isPresent()) {
                    quarantine.add(Section.WORKSPACES, stored.key(), "its id is there already");
                } else {
                    workspace.restoring(true);
                    workspaces.restored(workspace);
                }
            } catch (ShipoteException e) {
                quarantine.add(Section.WORKSPACES, stored.key(), e.getMessage());
            }
        }
    }

    /** Adopts or starts the commands of all workspaces; {@code done} when all is decided. {@link #finish} comes next. */
    public void revive(RunsFound runs, Runnable done) {
        leftovers(runs, () -> reviveAll(runs, done));
    }

    private void reviveAll(RunsFound runs, Runnable done) {
        List<Workspace> all = new ArrayList<>(workspaces.all());
        Countdown left = new Countdown(all.size(), done);
        for (Workspace workspace : all) {
            List<Command> commands = declaredAndFound(workspace, runs);
            commands.forEach(command -> command.recallEarlier(runs.takeEarlier(command.commandId())));
            Countdown ofThis = new Countdown(commands.size(), left::one);
            commands.forEach(command -> revive(command, runs.take(command.commandId()), ofThis));
        }
        host.launcher().forget(runs.superseded(), () -> {});
    }

    /** What ended runs were to leave alone is left alone by this daemon too, as long as it has the record. */
    private void leftovers(RunsFound runs, Runnable done) {
        List<RunRecord> records = runs.mayHaveLeft();
        Countdown left = new Countdown(records.size(), done);
        records.forEach(record -> leftBehind(record, left::one));
    }

    private List<Command> declaredAndFound(Workspace workspace, RunsFound runs) {
        List<Command> declared = workspace.commands();
        List<Command> all = new ArrayList<>(declared);
        List<RunRecord> found = runs.takeCommandsOf(workspace.id());
        for (RunRecord record : found) {
            boolean known = declared.stream().anyMatch(c -> c.commandId().equals(record.command()));
            if (!known && record.removed()) {
                host.launcher().forget(record);
                continue;
            }
            if (!known && !record.argv().isEmpty()) {
                Command command = new Command(host, workspace, undeclared(record));
                workspace.add(command);
                all.add(command);
            }
            runs.putBack(record);
        }
        return all;
    }

    private static CommandIntent undeclared(RunRecord record) {
        List<String> argv = record.argv();
        CommandRef plain = CommandRef.nativeCommand(record.label(), argv.get(0), argv.subList(1, argv.size()));
        CommandRef spec = record.own()
                .map(own -> plain.withShape(plain.shape().withShipote(own)))
                .orElse(plain);
        return new CommandIntent(
                record.command(),
                Optional.empty(),
                LaunchSpec.of(spec).withDirectory(record.directory()).in(spec),
                RestartPolicy.NEVER,
                true);
    }

    private void revive(Command command, RunRecord found, Countdown left) {
        // A record that was lost and made good does not have it.
        RunRecord record = found == null || found.own().isPresent()
                ? found
                : found.withOwn(command.intent().spec().shape().shipote());
        boolean wanted = command.intent().up() && command.workspace().state() == WorkspaceStatus.State.ACTIVE;
        if (record == null) {
            if (wanted && command.intent().durable()) {
                start(command);
            }
            left.one();
            return;
        }
        if (record.phase() == RunPhase.ENDED) {
            reviveEnded(command, record, wanted);
            left.one();
            return;
        }
        command.looking(record);
        host.launcher().adopt(record, command.workspace().spec(), adopted -> {
            if (adopted.isPresent()) {
                workspaces.prepare(command.workspace(), () -> {
                    command.adopt(adopted.get().record(), adopted.get().child(), () -> goOn(command, record, wanted));
                    left.one();
                });
                return;
            }
            leftBehind(record, () -> {
                reviveGone(command, record, wanted);
                left.one();
            });
        });
    }

    /** It ended while nobody watched: what it left behind is left alone if it said so. */
    private void leftBehind(RunRecord record, Runnable then) {
        Optional<Workspace> workspace = workspaces.byId(record.workspace());
        if (workspace.isEmpty() || !StopSpec.of(record.own()).detachedChildren()) {
            then.run();
            return;
        }
        host.launcher().leftBehind(record, workspace.get().spec(), tree -> {
            tree.ifPresent(found -> workspace.get().leftovers().add(record.run(), found));
            then.run();
        });
    }

    private void reviveEnded(Command command, RunRecord record, boolean wanted) {
        boolean overQuota = record.endedBy().orElse("").equals(EndedBy.QUOTA.word());
        boolean itself = overQuota || record.endedBy().orElse("").equals(EndedBy.ITSELF.word());
        ExitStatus exit = record.exit().orElse(new ExitStatus.Unknown());
        Supervisor.Ending ending = overQuota ? Supervisor.Ending.BADLY : Endings.of(exit);
        boolean again = SupervisionPolicy.of(command.intent().policy()).again(ending);
        // Who stops it for good wants it down first: what is still wanted was about to be started again.
        boolean between = EndedBy.asked(record).isPresent();
        if (wanted && again && record.nextTryMs().isPresent()) {
            command.waiting(record);
            workspaces.prepare(command.workspace(), () -> {});
        } else if (wanted && itself && again) {
            command.lost(record, exit);
        } else if (wanted && between && command.intent().durable()) {
            command.recall(record);
            start(command);
        } else {
            command.recall(record);
        }
    }

    private void reviveGone(Command command, RunRecord record, boolean wanted) {
        if (record.phase() == RunPhase.LAUNCHING && wanted && command.intent().durable()) {
            // It was about to be started and was not: the wish stands.
            if (record.restarts() > 0) {
                prepare(command, () -> command.relaunch(record));
            } else {
                host.launcher().forget(record);
                start(command);
            }
            return;
        }
        Optional<EndedBy> ending = EndedBy.asked(record);
        if (wanted && ending.isEmpty()) {
            command.lost(record, new ExitStatus.Unknown());
            return;
        }
        EndedBy by = ending.orElse(EndedBy.USER);
        RunRecord ended = record.ended(host.loop().wallMillis(), new ExitStatus.Unknown(), by.word());
        host.launcher().keep(ended);
        command.recall(ended);
        if (wanted && command.intent().durable()) {
            // It was being restarted.
            start(command);
        }
    }

    /** The wish to end it was on disk when the daemon before us died, or it was being ended. */
    private void goOn(Command command, RunRecord record, boolean wanted) {
        if (!wanted) {
            command.stop(EndedBy.USER, command.stopGrace(Commands.GRACE), () -> {});
        } else {
            EndedBy.asked(record).ifPresent(by -> finishEnding(command, by));
        }
    }

    /** A daemon that died was ending it; what is wanted was being restarted. */
    private void finishEnding(Command command, EndedBy by) {
        command.stop(by, command.stopGrace(Commands.GRACE), () -> {
            if (command.intent().durable() && command.intent().up()) {
                start(command);
            }
        });
    }

    private void start(Command command) {
        if (!command.toRun()) {
            return;
        }
        if (command.workspace().paused().isPresent()) {
            command.hold();
            return;
        }
        prepare(command, () -> {
            if (command.workspace().paused().isPresent()) {
                command.hold();
                return;
            }
            command.start(Answer.of(
                    run -> {},
                    e -> LOG.warn("command {} could not be started again: {}", command.label(), e.getMessage())));
        });
    }

    /** Not if somebody has stopped or removed it meanwhile, or ends its workspace: clients are served already. */
    private void prepare(Command command, Runnable then) {
        workspaces.prepare(command.workspace(), () -> {
            if (command.toRun() && workspaces.leaving().isEmpty()) {
                then.run();
            }
        });
    }

    /** All is known again, pipelines too: from now on deadlines and bounds count, and deletions are gone on with. */
    public void finish() {
        List.copyOf(workspaces.all()).forEach(this::finish);
    }

    private void finish(Workspace workspace) {
        workspace.restoring(false);
        workspace.pruneBeyondBounds();
        workspaces.awaitDeadline(workspace);
        if (workspace.deleting()) {
            new WorkspaceEnding(host, intents, workspaces)
                    .finishDelete(
                            workspace,
                            EndedBy.USER,
                            Optional.empty(),
                            Answer.of(
                                    ended -> LOG.info("the deletion of workspace {} is finished", workspace.label()),
                                    e -> LOG.error(
                                            "workspace {} is not deleted: {}", workspace.label(), e.getMessage())));
        }
    }
}
