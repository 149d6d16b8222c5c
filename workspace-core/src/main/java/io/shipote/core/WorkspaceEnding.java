package io.shipote.core;

import io.shipote.card.ExitPolicy;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a workspace ends: the wish is on disk before the first signal, so that a crash in between is finished by the
 * next daemon. Confined to the loop thread.
 */
final class WorkspaceEnding {
    /** Default time between SIGTERM and SIGKILL for workspaces and pipelines. */
    static final Duration GRACE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(WorkspaceEnding.class);

    private final Host host;
    private final Intents intents;
    private final Workspaces workspaces;

    WorkspaceEnding(Host host, Intents intents, Workspaces workspaces) {
        this.host = host;
        this.intents = intents;
        this.workspaces = workspaces;
    }

    void expire(Workspace workspace) {
        Answer<Long> logged = Answer.of(
                ended -> LOG.info("workspace {} ended by its ttl, {} processes", workspace.label(), ended),
                e -> LOG.error("workspace {} could not be ended by its ttl: {}", workspace.label(), e.getMessage()));
        if (workspace.spec().onExit() == ExitPolicy.REAP) {
            delete(workspace, EndedBy.TTL, Optional.empty(), logged);
        } else {
            stop(workspace, EndedBy.TTL, Optional.empty(), logged);
        }
    }

    void stop(Workspace workspace, EndedBy by, Optional<Duration> grace, Answer<Long> answer) {
        refuseIfEnding(workspace);
        WorkspaceStatus.State before = workspace.state();
        // Of each command: until the answer comes others may be removed.
        Map<Command, CommandIntent> wanted = new LinkedHashMap<>();
        workspace.commands().forEach(command -> wanted.put(command, command.intent()));
        Optional<Long> paused = workspace.paused();
        workspace.state(WorkspaceStatus.State.STOPPING);
        workspace.paused(Optional.empty());
        wanted.forEach((command, intent) -> command.intent(intent.wanted(false)));
        intents.save(
                workspace,
                Answer.of(
                        stored -> endAll(workspace, by, grace, ended -> {
                            workspace.state(WorkspaceStatus.State.STOPPED);
                            workspaces.unwatch(workspace);
                            host.events().workspace("workspace.stopped", workspace, "by " + by.word());
                            answer.ok(ended);
                        }),
                        e -> {
                            workspace.state(before);
                            workspace.paused(paused);
                            wanted.forEach(Command::intent);
                            answer.fail(e);
                        }));
    }

    void delete(Workspace workspace, EndedBy by, Optional<Duration> grace, Answer<Long> answer) {
        refuseIfEnding(workspace);
        WorkspaceStatus.State before = workspace.state();
        workspace.state(WorkspaceStatus.State.STOPPING);
        workspace.deleting(true);
        intents.save(workspace, Answer.of(stored -> finishDelete(workspace, by, grace, answer), e -> {
            workspace.state(before);
            workspace.deleting(false);
            answer.fail(e);
        }));
    }

    /** The part of a deletion that comes after the wish is on disk. */
    void finishDelete(Workspace workspace, EndedBy by, Optional<Duration> grace, Answer<Long> answer) {
        workspace.state(WorkspaceStatus.State.STOPPING);
        // Its group may be there from an earlier daemon, unknown to this one: it is taken over so that it can be
        // removed.
        endAll(workspace, by, grace, ended -> {
            List<String> remains = remains(workspace);
            if (remains.isEmpty()) {
                workspaces.prepare(workspace, () -> release(workspace, by, answer.then(v -> answer.ok(ended))));
            } else {
                keep(workspace, remains, answer);
            }
        });
    }

    private static List<String> remains(Workspace workspace) {
        List<String> remains = new ArrayList<>(workspace.leftovers().remains());
        workspace.jobs().forEach(job -> remains.addAll(job.remains()));
        return remains;
    }

    /** A group with processes in it cannot be removed, and its processes must not be forgotten. */
    private void keep(Workspace workspace, List<String> remains, Answer<Long> answer) {
        stopped(workspace);
        ShipoteException cause = new ShipoteException(
                ErrorCode.WRONG_STATE,
                "workspace '" + workspace.label() + "' is stopped but not deleted: " + String.join("; ", remains)
                        + " (delete it again when they are gone)",
                Map.of("id", workspace.id().text(), "state", workspace.state().word()));
        intents.save(workspace, Answer.of(stored -> answer.fail(cause), answer::fail));
    }

    private void release(Workspace workspace, EndedBy by, Answer<Void> answer) {
        workspace.removing();
        host.launcher()
                .release(
                        workspace.id(),
                        () -> intents.remove(
                                workspace,
                                Answer.of(
                                        removed -> {
                                            workspaces.removed(workspace);
                                            host.events().workspace("workspace.deleted", workspace, "by " + by.word());
                                            answer.ok(null);
                                        },
                                        e -> {
                                            stopped(workspace);
                                            answer.fail(e);
                                        })));
    }

    /** It was to be deleted and is there still: it can be deleted again, and its commands are down until then. */
    private void stopped(Workspace workspace) {
        workspace.state(WorkspaceStatus.State.STOPPED);
        workspace.commands().forEach(command -> command.intent(command.intent().wanted(false)));
        workspace.deleting(false);
        workspace.paused(Optional.empty());
        workspaces.unwatch(workspace);
    }

    /** All at once, so that it takes as long as the longest grace among them. */
    static void endAll(Workspace workspace, EndedBy by, Optional<Duration> grace, LongConsumer done) {
        long alive = workspace.alive();
        List<Job> jobs = List.copyOf(workspace.jobs());
        Countdown left = new Countdown(jobs.size() + 1, () -> done.accept(alive));
        jobs.forEach(job -> job.stop(by, grace.orElseGet(() -> job.stopGrace(GRACE)), left::one));
        workspace.leftovers().end(grace.orElse(GRACE), left::one);
    }

    private static void refuseIfEnding(Workspace workspace) {
        if (workspace.state() == WorkspaceStatus.State.STOPPING) {
            throw new ShipoteException(
                    ErrorCode.WRONG_STATE,
                    "workspace '" + workspace.label() + "' is being ended already (wait until it is)",
                    Map.of(
                            "id",
                            workspace.id().text(),
                            "state",
                            workspace.state().word()));
        }
    }
}
