package io.shipote.client;

import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.WorkspaceCalls.CreateWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.CreateWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.DeleteWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.DeleteWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.ListWorkspacesIn;
import io.shipote.card.wire.WorkspaceCalls.ListWorkspacesOut;
import io.shipote.card.wire.WorkspaceCalls.PauseWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.PauseWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.ResumeWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.ResumeWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.SetWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.SetWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.ShowWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.ShowWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.StopWorkspaceIn;
import io.shipote.card.wire.WorkspaceCalls.StopWorkspaceOut;
import io.shipote.card.wire.WorkspaceCalls.WorkspaceQuotaIn;
import io.shipote.card.wire.WorkspaceCalls.WorkspaceQuotaOut;
import io.shipote.card.wire.WorkspaceCalls.WorkspaceStatsIn;
import io.shipote.card.wire.WorkspaceCalls.WorkspaceStatsOut;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What can be done with workspaces. A target is an id, a label or the beginning of an id.
 *
 * <p>For any thread. Every method may throw {@link io.shipote.card.wire.ShipoteException}, the daemon's answer, and
 * {@link ConnectionException}, when there was none; a future fails with the same.
 */
public final class Workspaces {
    private final Calls calls;

    Workspaces(Calls calls) {
        this.calls = calls;
    }

    /** Creates a workspace; the reply tells what of the spec is in force. */
    public CreateWorkspaceOut create(CreateWorkspaceIn in) {
        return calls.call(in, CreateWorkspaceOut.class);
    }

    /** {@link #create} without waiting. */
    public CompletableFuture<CreateWorkspaceOut> createAsync(CreateWorkspaceIn in) {
        return calls.async(in, CreateWorkspaceOut.class);
    }

    /** One page, from after an id; {@code next} is where the following one begins. */
    public ListWorkspacesOut list(Optional<String> after, Optional<Long> limit) {
        return calls.call(new ListWorkspacesIn(after, limit), ListWorkspacesOut.class);
    }

    /** {@link #list} without waiting. */
    public CompletableFuture<ListWorkspacesOut> listAsync(Optional<String> after, Optional<Long> limit) {
        return calls.async(new ListWorkspacesIn(after, limit), ListWorkspacesOut.class);
    }

    /** All about one. */
    public ShowWorkspaceOut show(String target) {
        return calls.call(new ShowWorkspaceIn(target), ShowWorkspaceOut.class);
    }

    /** {@link #show} without waiting. */
    public CompletableFuture<ShowWorkspaceOut> showAsync(String target) {
        return calls.async(new ShowWorkspaceIn(target), ShowWorkspaceOut.class);
    }

    /** Changes the time to live, in milliseconds from now. */
    public SetWorkspaceOut set(SetWorkspaceIn in) {
        return calls.call(in, SetWorkspaceOut.class);
    }

    /** {@link #set} without waiting. */
    public CompletableFuture<SetWorkspaceOut> setAsync(SetWorkspaceIn in) {
        return calls.async(in, SetWorkspaceOut.class);
    }

    /** Ends all in it and keeps it. */
    public StopWorkspaceOut stop(String target, Optional<Long> graceMs) {
        return calls.call(new StopWorkspaceIn(target, graceMs), StopWorkspaceOut.class);
    }

    /** {@link #stop} without waiting. */
    public CompletableFuture<StopWorkspaceOut> stopAsync(String target, Optional<Long> graceMs) {
        return calls.async(new StopWorkspaceIn(target, graceMs), StopWorkspaceOut.class);
    }

    /** Freezes all in it; nothing is started in it until it is resumed. */
    public PauseWorkspaceOut pause(String target) {
        return calls.call(new PauseWorkspaceIn(target), PauseWorkspaceOut.class);
    }

    /** {@link #pause} without waiting. */
    public CompletableFuture<PauseWorkspaceOut> pauseAsync(String target) {
        return calls.async(new PauseWorkspaceIn(target), PauseWorkspaceOut.class);
    }

    /** Lets all in it go on. */
    public ResumeWorkspaceOut resume(String target) {
        return calls.call(new ResumeWorkspaceIn(target), ResumeWorkspaceOut.class);
    }

    /** {@link #resume} without waiting. */
    public CompletableFuture<ResumeWorkspaceOut> resumeAsync(String target) {
        return calls.async(new ResumeWorkspaceIn(target), ResumeWorkspaceOut.class);
    }

    /** Ends all in it and removes it with its runs and logs. */
    public DeleteWorkspaceOut delete(String target, Optional<Long> graceMs) {
        return calls.call(new DeleteWorkspaceIn(target, graceMs), DeleteWorkspaceOut.class);
    }

    /** {@link #delete} without waiting. */
    public CompletableFuture<DeleteWorkspaceOut> deleteAsync(String target, Optional<Long> graceMs) {
        return calls.async(new DeleteWorkspaceIn(target, graceMs), DeleteWorkspaceOut.class);
    }

    /** The last samples; all that are kept without {@code tail}. */
    public WorkspaceStatsOut stats(String target, Optional<Long> tail) {
        return stats(new WorkspaceStatsIn(target, tail, Optional.empty(), Optional.empty()));
    }

    /** Samples of a tier, or as far back as wanted. */
    public WorkspaceStatsOut stats(WorkspaceStatsIn in) {
        return calls.call(in, WorkspaceStatsOut.class);
    }

    /** {@link #stats} without waiting. */
    public CompletableFuture<WorkspaceStatsOut> statsAsync(String target, Optional<Long> tail) {
        return statsAsync(new WorkspaceStatsIn(target, tail, Optional.empty(), Optional.empty()));
    }

    /** {@link #stats(WorkspaceStatsIn)} without waiting. */
    public CompletableFuture<WorkspaceStatsOut> statsAsync(WorkspaceStatsIn in) {
        return calls.async(in, WorkspaceStatsOut.class);
    }

    /** Its limits and what went over them. */
    public WorkspaceQuotaOut quota(String target) {
        return calls.call(new WorkspaceQuotaIn(target), WorkspaceQuotaOut.class);
    }

    /** {@link #quota} without waiting. */
    public CompletableFuture<WorkspaceQuotaOut> quotaAsync(String target) {
        return calls.async(new WorkspaceQuotaIn(target), WorkspaceQuotaOut.class);
    }

    /** Creates a workspace as asked for, as far as it can be applied. */
    public CreateWorkspaceOut create(WorkspaceSpec spec) {
        return create(new CreateWorkspaceIn(spec.encode(), Optional.empty()));
    }

    /** Every sample from now on, each reply holding one or more, until it is closed. */
    public Subscription watchStats(String target, Optional<Long> tail, Consumer<WorkspaceStatsOut> each) {
        return calls.subscribe(
                new WorkspaceStatsIn(target, tail, Optional.empty(), Optional.empty()), WorkspaceStatsOut.class, each);
    }
}
