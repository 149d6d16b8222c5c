package io.shipote.core;

import io.shipote.card.Problems;
import io.shipote.card.Shape;
import io.shipote.card.SomaSpec;
import io.shipote.card.U64;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * All workspaces of the daemon: making, finding, changing them; how they are paused and ended is in {@link WorkspacePause}
 * and {@link WorkspaceEnding}. Confined to the loop thread.
 */
public final class Workspaces {
    /** Workspaces at one time. */
    public static final int MAX_WORKSPACES = 100_000;

    private static final Targets<Workspace> TARGETS = new Targets<>("workspace", w -> w.id().text(), Workspace::label);

    private final Host host;
    private final Intents intents;
    private final NavigableMap<String, Workspace> byId = new TreeMap<>();
    /** Those of each label, also while they are being made; several only where a snapshot had them. */
    private final Map<String, List<Workspace>> labels = new HashMap<>();

    /** Labels whose workspaces are not there yet, and who waits for that. */
    private final Map<String, Waiters> making = new HashMap<>();

    private final Deadlines deadlines;
    private boolean leaving;

    public Workspaces(Host host, Intents intents) {
        this.host = host;
        this.intents = intents;
        this.deadlines = new Deadlines(host.loop(), this::expired);
    }

    /**
     * Makes a workspace: its entry on disk first, then its group, so that the answer can tell what was applied. While another
     * one with its label is being made this waits: who is told that it exists finds it.
     *
     * @param strict whether anything that is degraded makes it fail with NOT_APPLIED
     */
    public void create(WorkspaceSpec spec, boolean strict, Answer<Workspace> answer) {
        Problems problems = new Problems();
        spec.check(problems);
        problems.throwIfAny("workspace");
        if (making.containsKey(spec.label())) {
            making.get(spec.label()).add(() -> createNow(spec, strict, answer));
            return;
        }
        requireRoom(spec);
        long now = host.loop().wallMillis();
        Workspace made =
                new Workspace(host, host.ids().workspace(), spec, Shape.NEW, now, Deadlines.after(now, spec.ttlMs()));
        admit(made, strict, answer);
    }

    private void createNow(WorkspaceSpec spec, boolean strict, Answer<Workspace> answer) {
        try {
            create(spec, strict, answer);
        } catch (ShipoteException e) {
            answer.fail(e);
        }
    }

    /** Takes one of another snapshot in, as if it were made now. Its id must not be here. */
    void take(Workspace workspace, Answer<Workspace> answer) {
        try {
            requireRoom(workspace.spec());
        } catch (ShipoteException e) {
            answer.fail(e);
            return;
        }
        admit(workspace, false, answer);
    }

    /** Whether any has this label. */
    boolean labelled(String label) {
        return labels.containsKey(label);
    }

    private void requireRoom(WorkspaceSpec spec) {
        if (labels.containsKey(spec.label())) {
            throw new ShipoteException(
                    ErrorCode.ALREADY_EXISTS,
                    "a workspace labelled '" + spec.label() + "' exists (choose another label, or delete it first)",
                    Map.of("id", byLabel(spec.label()).map(w -> w.id().text()).orElse("")));
        }
        if (byId.size() >= MAX_WORKSPACES) {
            throw new ShipoteException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "there are " + MAX_WORKSPACES + " workspaces already",
                    Map.of("limit", "workspaces", "value", MAX_WORKSPACES));
        }
    }

    /** Stored before its group is made: the next daemon knows whose a group is that does not say so yet. */
    private void admit(Workspace made, boolean strict, Answer<Workspace> answer) {
        label(made);
        making.put(made.label(), new Waiters());
        intents.save(
                made,
                Answer.of(
                        stored -> host.launcher().prepare(made.id(), made.spec(), prepared -> {
                            made.prepared(prepared);
                            if (strict && degraded(prepared)) {
                                revoke(made, prepared, answer);
                            } else {
                                created(made, answer);
                            }
                        }),
                        e -> abandon(made, e, answer)));
    }

    private static boolean degraded(Launcher.Prepared prepared) {
        return prepared.applied().stream().anyMatch(a -> a.outcome() == Applied.Outcome.DEGRADED);
    }

    private void revoke(Workspace made, Launcher.Prepared prepared, Answer<Workspace> answer) {
        ShipoteException cause = notApplied("the workspace was not made", prepared.applied());
        Answer<Void> failed = Answer.of(gone -> answer.fail(cause), answer::fail);
        host.launcher().release(made.id(), () -> {
            unlabel(made);
            decided(made);
            intents.remove(made, failed);
        });
    }

    private void created(Workspace made, Answer<Workspace> answer) {
        byId.put(made.id().text(), made);
        awaitDeadline(made);
        host.events().workspace("workspace.created", made, made.label());
        answer.ok(made);
        decided(made);
    }

    private void abandon(Workspace made, ShipoteException cause, Answer<Workspace> answer) {
        unlabel(made);
        decided(made);
        host.launcher().release(made.id(), () -> answer.fail(cause));
    }

    /** It is there, or will not be. */
    private void decided(Workspace made) {
        making.remove(made.label()).release();
    }

    /** @param refused what has not been done because of these */
    static ShipoteException notApplied(String refused, List<Applied> applied) {
        StringBuilder what = new StringBuilder();
        for (Applied one : applied) {
            if (one.outcome() == Applied.Outcome.DEGRADED) {
                what.append(what.length() == 0 ? "" : "; ")
                        .append(one.item())
                        .append(": ")
                        .append(one.why().orElse("not applied"));
            }
        }
        return new ShipoteException(ErrorCode.NOT_APPLIED, refused + ": " + what, Map.of("applied", applied));
    }

    /** Takes a workspace of the snapshot over. */
    void restored(Workspace workspace) {
        byId.put(workspace.id().text(), workspace);
        label(workspace);
    }

    /** Its deadline counts, as long as it is active. */
    void awaitDeadline(Workspace workspace) {
        if (workspace.state() == WorkspaceStatus.State.ACTIVE) {
            deadlines.watch(workspace);
        }
    }

    /**
     * The workspace that is meant.
     *
     * @throws ShipoteException NOT_FOUND or AMBIGUOUS
     */
    public Workspace get(String target) {
        String upper = target.toUpperCase(Locale.ROOT);
        Workspace exact = byId.get(upper);
        if (exact != null) {
            return exact;
        }
        List<Workspace> named = named(target);
        // Never all of them: they may be many.
        return TARGETS.find(
                target,
                named.isEmpty()
                        ? byId.subMap(upper, upper + Character.MAX_VALUE).values()
                        : named);
    }

    private List<Workspace> named(String label) {
        return labels.getOrDefault(label, List.of()).stream()
                .filter(one -> byId.get(one.id().text()) == one)
                .toList();
    }

    /** The one with this label; of several, which only a snapshot can have, the oldest. */
    Optional<Workspace> byLabel(String label) {
        return named(label).stream().min(Comparator.comparing(one -> one.id().text()));
    }

    public Optional<Workspace> byId(WorkspaceId id) {
        return Optional.ofNullable(byId.get(id.text()));
    }

    /** All, ordered by id. */
    public Collection<Workspace> all() {
        return byId.values();
    }

    /** Those after an id, in the order of ids. */
    public Collection<Workspace> after(Optional<String> id) {
        return id.isEmpty() ? byId.values() : byId.tailMap(id.get(), false).values();
    }

    /** Makes sure that the workspace's group exists on this host. */
    public void prepare(Workspace workspace, Runnable then) {
        if (workspace.prepared()) {
            then.run();
            return;
        }
        host.launcher().prepare(workspace.id(), workspace.spec(), prepared -> {
            workspace.prepared(prepared);
            then.run();
        });
    }

    /**
     * What is to change of a workspace.
     *
     * @param ttlMs to live from now; empty to live for ever; nothing at all to leave it
     * @param soma with other limits; the same to leave them
     */
    public record Change(Optional<Optional<Long>> ttlMs, SomaSpec soma) {
        /** Only the time to live. */
        static Change ofTtl(Workspace workspace, Optional<Long> ttlMs) {
            return new Change(Optional.of(ttlMs), workspace.spec().soma());
        }
    }

    /** Makes a change durable, then applies it. The answer has what became of the limits that are other than before. */
    public void set(Workspace workspace, Change change, Answer<List<Applied>> answer) {
        refuseWhileEnding(workspace);
        WorkspaceSpec before = workspace.spec();
        WorkspaceSpec next = before.withSoma(change.soma());
        if (!next.equals(before)) {
            Problems problems = new Problems();
            next.check(problems);
            problems.throwIfAny("workspace");
        }
        Optional<Long> deadline = workspace.deadlineMs();
        change.ttlMs()
                .ifPresent(
                        ttl -> workspace.deadlineMs(Deadlines.after(host.loop().wallMillis(), ttl.map(U64::of))));
        workspace.spec(next);
        intents.save(
                workspace,
                Answer.of(
                        stored -> {
                            awaitDeadline(workspace);
                            limit(workspace, before, next, answer);
                        },
                        e -> {
                            workspace.deadlineMs(deadline);
                            workspace.spec(before);
                            answer.fail(e);
                        }));
    }

    private void limit(Workspace workspace, WorkspaceSpec before, WorkspaceSpec next, Answer<List<Applied>> answer) {
        if (next.equals(before)) {
            answer.ok(List.of());
            return;
        }
        host.launcher().prepare(workspace.id(), next, prepared -> {
            workspace.prepared(prepared);
            answer.ok(LimitItems.changes(before.soma(), next.soma(), prepared.applied()));
        });
    }

    /**
     * Makes a stopped workspace active again, because something is to be started in it.
     *
     * @return whether it was stopped: then the caller makes it durable, or calls {@link #deactivate}
     * @throws ShipoteException WRONG_STATE while it is being stopped or is paused, or when its time is over
     */
    public boolean activate(Workspace workspace) {
        refuseWhileEnding(workspace);
        if (workspace.deadlineMs().orElse(Long.MAX_VALUE) <= host.loop().wallMillis()) {
            throw wrongState(workspace, "its TTL is over (give it more with ws set --ttl)");
        }
        if (workspace.paused().isPresent()) {
            throw new ShipoteException(
                    ErrorCode.WRONG_STATE,
                    "workspace '" + workspace.label() + "' is paused: nothing can be started in it (ws resume lets it"
                            + " go on)",
                    Map.of("id", workspace.id().text(), "state", WorkspaceStatus.State.PAUSED.word()));
        }
        if (workspace.state() == WorkspaceStatus.State.STOPPED) {
            workspace.state(WorkspaceStatus.State.ACTIVE);
            deadlines.watch(workspace);
            return true;
        }
        return false;
    }

    /** Takes {@link #activate} back, because nothing was started. */
    public void deactivate(Workspace workspace) {
        if (workspace.state() == WorkspaceStatus.State.ACTIVE && !workspace.busy()) {
            workspace.state(WorkspaceStatus.State.STOPPED);
            deadlines.forget(workspace);
        }
    }

    /** @throws ShipoteException WRONG_STATE while it is being stopped or deleted */
    public static void refuseWhileEnding(Workspace workspace) {
        if (workspace.state() == WorkspaceStatus.State.STOPPING) {
            throw wrongState(workspace, "it is being stopped (wait until it is)");
        }
    }

    private static ShipoteException wrongState(Workspace workspace, String why) {
        return new ShipoteException(
                ErrorCode.WRONG_STATE,
                "workspace '" + workspace.label() + "' is " + workspace.state().word() + ": " + why,
                Map.of("id", workspace.id().text(), "state", workspace.state().word()));
    }

    private void expired(Workspace workspace) {
        if (workspace.state() == WorkspaceStatus.State.STOPPING) {
            return;
        }
        host.events().act("expire", "workspace.expired", workspace, "its TTL is over");
        new WorkspaceEnding(host, intents, this).expire(workspace);
    }

    /**
     * Ends everything in it and keeps it. The answer has the number of processes that were ended.
     *
     * @param grace for all; empty = what each command's card says, else {@link WorkspaceEnding#GRACE}
     */
    public void stop(Workspace workspace, EndedBy by, Optional<Duration> grace, Answer<Long> answer) {
        new WorkspaceEnding(host, intents, this).stop(workspace, by, grace, answer);
    }

    /** Ends everything in it and removes it with its runs and logs. */
    public void delete(Workspace workspace, EndedBy by, Optional<Duration> grace, Answer<Long> answer) {
        new WorkspaceEnding(host, intents, this).delete(workspace, by, grace, answer);
    }

    /**
     * Ends everything in all of them because the daemon goes, and changes nothing of what is wanted; tells how many processes
     * there were. From now on nothing is started: what was about to be is left to the next daemon.
     */
    public void endAll(EndedBy by, Optional<Duration> grace, LongConsumer done) {
        leaving = true;
        List<Workspace> all = List.copyOf(byId.values());
        long alive = all.stream().mapToLong(Workspace::alive).sum();
        Countdown left = new Countdown(all.size(), () -> done.accept(alive));
        all.forEach(workspace -> WorkspaceEnding.endAll(workspace, by, grace, ended -> left.one()));
    }

    /** What pauses workspaces and lets them go on. */
    public WorkspacePause pausing() {
        return new WorkspacePause(host, intents);
    }

    void removed(Workspace workspace) {
        deadlines.forget(workspace);
        byId.remove(workspace.id().text());
        unlabel(workspace);
        workspace.removed();
    }

    void unwatch(Workspace workspace) {
        deadlines.forget(workspace);
    }

    private void label(Workspace workspace) {
        labels.computeIfAbsent(workspace.label(), any -> new ArrayList<>(1)).add(workspace);
    }

    private void unlabel(Workspace workspace) {
        labels.computeIfPresent(workspace.label(), (label, those) -> {
            those.remove(workspace);
            return those.isEmpty() ? null : those;
        });
    }

    /** Why nothing is started any more; to be asked after each wait, before a process is made. */
    public Optional<ShipoteException> leaving() {
        return leaving
                ? Optional.of(new ShipoteException(
                        ErrorCode.BUSY, "the daemon is stopping (try again)", Map.of("limit", "stopping")))
                : Optional.empty();
    }

    /** All jobs, or those of one workspace. */
    public Map<String, Job> jobs(Optional<Workspace> only) {
        Map<String, Job> jobs = new LinkedHashMap<>();
        for (Workspace workspace : only.map(List::of).orElse(List.copyOf(byId.values()))) {
            workspace.jobs().forEach(job -> jobs.put(job.id(), job));
        }
        return jobs;
    }
}
