package io.shipote.core;

import io.shipote.card.Shape;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.store.RunRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A named group of jobs with limits, a deadline and a history. Confined to the loop thread.
 *
 * <pre>
 *   ACTIVE --stop, TTL--> STOPPING --all gone--> STOPPED --something is started--> ACTIVE
 *      +--delete, TTL with reap--> STOPPING --all gone--> (removed)
 * </pre>
 *
 * {@link Workspaces} decides when; this class keeps what is so, and is long for the number of things there are to keep: few
 * of its methods have more than a line or two.
 */
public final class Workspace {
    /** Jobs of all kinds at one time. */
    public static final int MAX_JOBS = 10_000;

    private final Host host;
    private final WorkspaceId id;
    private final Shape shape;
    private final long createdMs;
    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final EndedJobs ended;
    private final WorkspaceStats stats;
    private final Quota quota;
    private WorkspaceSpec spec;

    private WorkspaceStatus.State state = WorkspaceStatus.State.ACTIVE;
    private final Waiters whenRemoved = new Waiters();
    private final Leftovers leftovers;
    private Optional<Long> pausedMs = Optional.empty();
    private boolean resuming;
    private boolean deleting;
    private boolean removing;
    private long saves;
    private boolean restoring;
    private long pruned;
    private long prunedReported;
    private Optional<Long> deadlineMs;
    private List<Applied> applied = List.of();
    private Optional<String> cgroup = Optional.empty();
    private boolean hasGroup;

    /** @param shape how its entry stood in the snapshot file */
    Workspace(Host host, WorkspaceId id, WorkspaceSpec spec, Shape shape, long createdMs, Optional<Long> deadlineMs) {
        this.host = host;
        this.leftovers = new Leftovers();
        this.id = id;
        this.spec = spec;
        this.shape = shape;
        this.createdMs = createdMs;
        this.deadlineMs = deadlineMs;
        this.quota = new Quota(this);
        this.stats = new WorkspaceStats(host, this);
        this.ended = new EndedJobs(host, jobs);
    }

    public WorkspaceId id() {
        return id;
    }

    public String label() {
        return spec.label();
    }

    public WorkspaceSpec spec() {
        return spec;
    }

    /** Changes what is asked for; the caller makes it durable and has it applied. */
    void spec(WorkspaceSpec next) {
        spec = next;
    }

    Shape shape() {
        return shape;
    }

    public WorkspaceStatus.State state() {
        return state;
    }

    void state(WorkspaceStatus.State next) {
        state = next;
    }

    /** When it was paused, in Unix milliseconds; empty unless it is. What ends it, ends that too. */
    public Optional<Long> paused() {
        return resuming ? Optional.empty() : pausedMs;
    }

    void paused(Optional<Long> sinceMs) {
        pausedMs = sinceMs;
        resuming = false;
    }

    /** From now on it is not paused; for the next daemon it is, until {@link #paused(Optional)} is told and stored. */
    void resuming() {
        resuming = true;
    }

    boolean isResuming() {
        return resuming;
    }

    /** What the next daemon is to know of {@link #paused()}. */
    Optional<Long> storedPause() {
        return pausedMs;
    }

    /** Whether it is on its way out. */
    public boolean deleting() {
        return deleting;
    }

    void deleting(boolean now) {
        deleting = now;
        removing = false;
    }

    /** Counts one more time that it is being stored, and gives the number. */
    long saved() {
        return ++saves;
    }

    /** How often it has been, or is being, stored. */
    long saves() {
        return saves;
    }

    /** Its entry is on its way from the disk: nothing is to put it there again. */
    boolean isRemoving() {
        return removing;
    }

    void removing() {
        removing = true;
    }

    /** Whether its jobs are still being looked for after a start of the daemon. */
    void restoring(boolean now) {
        restoring = now;
        if (now) {
            stats.restored();
        }
    }

    /** Calls back once it has been removed; the returned task takes the callback back. */
    public Runnable whenRemoved(Runnable callback) {
        return whenRemoved.add(callback);
    }

    void removed() {
        whenRemoved.release();
    }

    public long createdMs() {
        return createdMs;
    }

    public Optional<Long> deadlineMs() {
        return deadlineMs;
    }

    void deadlineMs(Optional<Long> next) {
        deadlineMs = next;
    }

    /** What it uses, and has used. */
    public WorkspaceStats stats() {
        return stats;
    }

    /** Its limits, and what became of them. */
    public Quota quota() {
        return quota;
    }

    public StatsHistory history() {
        return stats.history();
    }

    /** Per item of the spec what became of it on this host. */
    public List<Applied> applied() {
        return applied;
    }

    void prepared(Launcher.Prepared prepared) {
        applied = prepared.applied();
        cgroup = prepared.cgroup();
        stats.source(prepared.usage());
        hasGroup = true;
    }

    /** Whether its group has been made, as far as this host has groups. */
    public boolean prepared() {
        return hasGroup;
    }

    /** Adds a job; the workspace is full at {@link #MAX_JOBS}. */
    public void add(Job job) {
        jobs.put(job.id(), job);
    }

    /** Takes a job out. */
    public void remove(Job job) {
        jobs.remove(job.id());
        ended.remove(job);
    }

    /** Whether the job is one of its own; one that has been taken out must not be started any more. */
    public boolean holds(Job job) {
        return jobs.get(job.id()) == job;
    }

    public boolean full() {
        return jobs.size() >= MAX_JOBS;
    }

    public Collection<Job> jobs() {
        return jobs.values();
    }

    /** Its commands, in the order they came. */
    public List<Command> commands() {
        List<Command> commands = new ArrayList<>();
        for (Job job : jobs.values()) {
            if (job instanceof Command command) {
                commands.add(command);
            }
        }
        return commands;
    }

    /** A job has ended for good: if nothing declares it, it is kept for a while only. */
    public void settled(Job job) {
        if (!jobs.containsKey(job.id()) || EndedJobs.declared(job)) {
            return;
        }
        ended.add(job);
        if (!restoring) {
            pruneBeyondBounds();
        }
    }

    /** Throws away what the bounds do not keep. */
    void pruneBeyondBounds() {
        List<Job> beyond = restoring ? List.of() : ended.beyondBounds();
        if (!beyond.isEmpty()) {
            prune(beyond);
            host.launcher().forget(EndedJobs.records(beyond), () -> {});
        }
    }

    /** Those that ended that long ago and are not declared, oldest first. */
    List<Job> endedBefore(long ageMs) {
        return restoring ? List.of() : ended.olderThan(ageMs);
    }

    /** Takes the jobs out; their files are the caller's. */
    void prune(List<Job> gone) {
        gone.forEach(this::remove);
        pruned += gone.size();
    }

    /** Jobs that have been thrown away since the daemon began. */
    public long pruned() {
        return pruned;
    }

    /** Tells of what has been thrown away since the last report, as an act of the daemon. */
    void reportPruned() {
        if (pruned > prunedReported) {
            host.events().act("prune", "workspace.pruned", this, prunedText());
            prunedReported = pruned;
        }
    }

    /** The same where a client asked for it. */
    void reportPrunedByClient() {
        host.events().workspace("workspace.pruned", this, prunedText());
        prunedReported = pruned;
    }

    private String prunedText() {
        long count = pruned - prunedReported;
        return count + (count == 1 ? " job that had ended" : " jobs that had ended");
    }

    /** What its runs have left behind. */
    public Leftovers leftovers() {
        return leftovers;
    }

    /** One of its runs has ended; it may leave something behind that is to be left alone. */
    public void ended(Run run) {
        run.leftBehind().ifPresent(tree -> leftovers.add(run.id(), tree));
    }

    /** A newer run of the same command exists: the record of the older one goes. */
    public void superseded(RunRecord older) {
        if (older.exit().isPresent()) {
            host.launcher().forget(older);
        }
    }

    /** Its commands, those that are stages of pipelines and those that have ended among them. */
    long commandCount() {
        long count = 0;
        for (Job job : jobs.values()) {
            count += job.commandCount();
        }
        return count;
    }

    public long alive() {
        long count = 0;
        for (Job job : jobs.values()) {
            count += job.liveRuns().size();
        }
        return count;
    }

    /** What a client sees of it. */
    public WorkspaceStatus status() {
        long pipelines = 0;
        for (Job job : jobs.values()) {
            if (!(job instanceof Command) && job.state().live()) {
                pipelines++;
            }
        }
        return new WorkspaceStatus(
                id.text(),
                label(),
                shownState(),
                alive(),
                commandCount(),
                pipelines,
                createdMs,
                uptimeMs(),
                deadlineMs,
                cgroup,
                stats.status(),
                Optional.of((long) leftovers.runs().size()).filter(count -> count > 0));
    }

    private WorkspaceStatus.State shownState() {
        if (restoring) {
            return WorkspaceStatus.State.RESTORING;
        }
        boolean paused = paused().isPresent() && state == WorkspaceStatus.State.ACTIVE;
        return paused ? WorkspaceStatus.State.PAUSED : state;
    }

    public long uptimeMs() {
        return Math.max(0, host.loop().wallMillis() - createdMs);
    }

    /** Whether something of it may be running. */
    boolean busy() {
        for (Job job : jobs.values()) {
            if (job.state() == JobState.STOPPING || job.state().live()) {
                return true;
            }
        }
        return false;
    }
}
