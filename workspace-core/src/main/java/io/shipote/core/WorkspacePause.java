package io.shipote.core;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.linux.Freezing;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Pauses a workspace and lets it go on. Each run is frozen by itself, so that nothing is ever launched into a frozen
 * group. On disk it is paused as long as anything of it may be: the next daemon starts nothing, and freezes the rest.
 * Confined to the loop thread.
 */
public final class WorkspacePause {
    private static final Set<JobState> PAUSABLE = EnumSet.of(JobState.STARTING, JobState.RUNNING, JobState.BACKOFF);

    private static final Set<JobState> PAUSED = EnumSet.of(JobState.PAUSED);
    private static final BiConsumer<Job, Answer<Freezing>> RESUME =
            (job, answer) -> job.resume(answer.then(done -> answer.ok(Freezing.GROUP)));

    private final Host host;
    private final Intents intents;

    public WorkspacePause(Host host, Intents intents) {
        this.host = host;
        this.intents = intents;
    }

    /**
     * What was done.
     *
     * @param jobs commands and pipelines that it was done to
     * @param how the weakest way in which one of them is kept from running
     */
    public record Done(long jobs, Freezing how) {}

    /**
     * Pauses all of it; new commands are refused until it is resumed.
     *
     * @throws ShipoteException WRONG_STATE unless it is active
     */
    public void pause(Workspace workspace, Answer<Done> answer) {
        if (workspace.state() != WorkspaceStatus.State.ACTIVE) {
            throw wrongState(workspace, workspace.state().word() + ": there is nothing to pause");
        }
        Optional<Long> before = workspace.paused();
        workspace.paused(before.or(() -> Optional.of(host.loop().wallMillis())));
        Answer<Done> paused = answer.then(done -> {
            host.events().workspace("workspace.paused", workspace, done.how().word());
            answer.ok(done);
        });
        Answer<Done> settled = paused.then(done -> unlessResumed(workspace, done, paused));
        intents.save(workspace, Answer.of(stored -> each(workspace, PAUSABLE, Job::pause, settled), e -> {
            workspace.paused(before);
            answer.fail(e);
        }));
    }

    /** Who resumed it meanwhile did not find all that is paused by now. */
    private static void unlessResumed(Workspace workspace, Done done, Answer<Done> answer) {
        if (workspace.state() != WorkspaceStatus.State.ACTIVE
                || workspace.paused().isPresent()) {
            answer.ok(done);
            return;
        }
        ShipoteException cause = wrongState(workspace, "not paused: it was resumed meanwhile");
        each(workspace, PAUSED, RESUME, Answer.of(resumed -> answer.fail(cause), answer::fail));
    }

    /**
     * Lets all of it go on, also what was paused by itself. On disk it is paused until all of it goes on: a daemon that
     * dies in between leaves it to the next one to pause what goes on already.
     *
     * @throws ShipoteException WRONG_STATE unless it is paused
     */
    public void resume(Workspace workspace, Answer<Done> answer) {
        Optional<Long> before = workspace.paused();
        if (workspace.state() != WorkspaceStatus.State.ACTIVE || before.isEmpty()) {
            throw wrongState(workspace, workspace.state().word() + ", not paused");
        }
        workspace.resuming();
        each(
                workspace,
                PAUSED,
                RESUME,
                Answer.of(
                        done -> resumed(workspace, done, before, answer),
                        e -> backToPause(workspace, before, e, answer)));
    }

    private void resumed(Workspace workspace, Done done, Optional<Long> before, Answer<Done> answer) {
        if (!workspace.isResuming()) {
            // Paused again meanwhile, or stopped: that is on disk already.
            answer.ok(done);
            return;
        }
        workspace.paused(Optional.empty());
        intents.save(
                workspace,
                Answer.of(
                        stored -> {
                            host.events().workspace("workspace.resumed", workspace, "resumed");
                            answer.ok(done);
                        },
                        e -> backToPause(workspace, before, e, answer)));
    }

    private static void backToPause(
            Workspace workspace, Optional<Long> before, ShipoteException cause, Answer<Done> answer) {
        if (workspace.state() != WorkspaceStatus.State.ACTIVE) {
            answer.fail(cause);
            return;
        }
        workspace.paused(before);
        each(workspace, PAUSABLE, Job::pause, Answer.of(paused -> answer.fail(cause), e -> answer.fail(cause)));
    }

    /** What ends or settles meanwhile needs it no more; anything else that fails is told, once all have been tried. */
    private static void each(
            Workspace workspace, Set<JobState> states, BiConsumer<Job, Answer<Freezing>> act, Answer<Done> answer) {
        List<Job> jobs = workspace.jobs().stream()
                .filter(job -> states.contains(job.state()))
                .toList();
        Freezing[] how = {Freezing.GROUP};
        ShipoteException[] failure = new ShipoteException[1];
        Countdown left = new Countdown(jobs.size(), () -> {
            if (failure[0] == null) {
                answer.ok(new Done(jobs.size(), how[0]));
            } else {
                answer.fail(failure[0]);
            }
        });
        jobs.forEach(job -> act.accept(
                job,
                Answer.of(
                        one -> {
                            how[0] = one == Freezing.SIGNAL ? one : how[0];
                            left.one();
                        },
                        e -> {
                            failure[0] = e.code() == ErrorCode.WRONG_STATE ? failure[0] : e;
                            left.one();
                        })));
    }

    private static ShipoteException wrongState(Workspace workspace, String why) {
        return new ShipoteException(
                ErrorCode.WRONG_STATE,
                "workspace '" + workspace.label() + "' is " + why,
                Map.of("id", workspace.id().text(), "state", workspace.state().word()));
    }
}
