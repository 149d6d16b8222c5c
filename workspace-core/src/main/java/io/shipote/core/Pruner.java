package io.shipote.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Throws away what the bounds of {@link Retention} do not keep: at once where something ends, which
 * {@link Workspace#settled} does, and here at an interval what has become too old. A round takes a part of the
 * workspaces at a time. Confined to the loop thread; the files are removed on the launcher's.
 */
public final class Pruner {
    /** Time between two looks for what has become too old. */
    public static final Duration INTERVAL = Duration.ofSeconds(30);

    /** Workspaces looked at in one turn of the loop. */
    static final int PER_TURN = 500;

    private final Host host;
    private final Workspaces workspaces;

    public Pruner(Host host, Workspaces workspaces) {
        this.host = host;
        this.workspaces = workspaces;
    }

    /** To be called when all jobs are known again: what is still being looked for must not be judged. */
    public void start() {
        host.loop().schedule(INTERVAL, () -> round(Optional.empty()));
    }

    private void round(Optional<String> after) {
        Optional<String> last = Optional.empty();
        int seen = 0;
        for (Iterator<Workspace> each = List.copyOf(first(after)).iterator();
                each.hasNext() && seen < PER_TURN;
                seen++) {
            Workspace workspace = each.next();
            workspace.pruneBeyondBounds();
            workspace.reportPruned();
            last = Optional.of(workspace.id().text());
        }
        if (seen < PER_TURN) {
            start();
            return;
        }
        Optional<String> next = last;
        host.loop().execute(() -> round(next));
    }

    private List<Workspace> first(Optional<String> after) {
        return workspaces.after(after).stream().limit(PER_TURN).toList();
    }

    /**
     * Throws away now what has ended and is not declared.
     *
     * @param only this workspace, or all
     * @param olderMs only what ended that long ago
     * @param dryRun only tell what it would be
     * @param done gets the jobs that are gone, when their files are
     */
    public void prune(Optional<Workspace> only, long olderMs, boolean dryRun, Answer<List<Job>> done) {
        List<Job> found = new ArrayList<>();
        for (Workspace workspace : only.map(List::of).orElseGet(() -> List.copyOf(workspaces.all()))) {
            List<Job> ended = workspace.endedBefore(olderMs);
            found.addAll(ended);
            if (!dryRun && !ended.isEmpty()) {
                workspace.prune(ended);
                workspace.reportPrunedByClient();
            }
        }
        if (dryRun || found.isEmpty()) {
            done.ok(found);
            return;
        }
        host.launcher().forget(EndedJobs.records(found), () -> done.ok(found));
    }
}
