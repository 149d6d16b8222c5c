package io.shipote.core;

import io.shipote.card.CommandRef;
import io.shipote.card.Problems;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.core.isolation.Asked;
import io.shipote.core.isolation.Isolation;
import io.shipote.core.linux.UsageSource;
import io.shipote.core.store.RunRecords;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes and removes the groups of workspaces, and tells what becomes of limits. Called on the loop, where the answers come;
 * the work is done on the launcher's thread, in the order of the calls.
 */
final class GroupPreparation {
    private static final Logger LOG = LoggerFactory.getLogger(GroupPreparation.class);

    /** Who was killed is counted in the group for a moment longer than anybody can wait for it. */
    private static final Duration RELEASE_PAUSE = Duration.ofMillis(50);

    private static final int RELEASE_TRIES = 40;

    private final Loop loop;
    private final Executor worker;
    private final WorkspaceGroups groups;
    private final Isolation isolation;
    private final RunRecords records;

    GroupPreparation(Loop loop, Executor worker, WorkspaceGroups groups, Isolation isolation, RunRecords records) {
        this.loop = loop;
        this.worker = worker;
        this.groups = groups;
        this.isolation = isolation;
        this.records = records;
    }

    /** See {@link Launcher#prepare}, and so for the others. */
    void prepare(WorkspaceId id, WorkspaceSpec spec, Consumer<Launcher.Prepared> done) {
        worker.execute(() -> {
            Launcher.Prepared prepared;
            try {
                prepared = groups.prepare(id, spec)
                        .with(isolation.of(Asked.of(spec.soma())).applied());
            } catch (IOException | RuntimeException e) {
                LOG.warn("the group of workspace {} could not be made", spec.label(), e);
                prepared = new Launcher.Prepared(
                        List.of(Applied.degraded("cgroup", e.getMessage())), Optional.empty(), UsageSource.NONE);
            }
            Launcher.Prepared result = prepared;
            loop.execute(() -> done.accept(result));
        });
    }

    void assess(
            WorkspaceId id, WorkspaceSpec workspace, List<CommandRef> commands, Consumer<List<List<Applied>>> done) {
        worker.execute(() -> {
            List<List<Applied>> results = commands.stream()
                    .map(command -> assessed(id, workspace, command))
                    .toList();
            loop.execute(() -> done.accept(results));
        });
    }

    private List<Applied> assessed(WorkspaceId id, WorkspaceSpec workspace, CommandRef command) {
        List<Applied> items = new ArrayList<>();
        try {
            Asked asked = Asked.of(workspace.soma(), command, new Problems());
            items.addAll(isolation.of(asked).applied());
            groups.tryLimits(id, workspace, command.soma())
                    .forEach(one -> items.add(new Applied("soma." + one.item(), one.outcome(), one.why())));
        } catch (IOException | RuntimeException e) {
            LOG.warn("what becomes of the limits of '{}' cannot be told", command.label(), e);
            items.add(Applied.degraded("soma", "it cannot be told: " + e.getMessage()));
        }
        return items;
    }

    void release(WorkspaceId id, Runnable done) {
        release(id, RELEASE_TRIES, done);
    }

    private void release(WorkspaceId id, int tries, Runnable done) {
        worker.execute(() -> {
            if (!groupGone(id)) {
                if (tries > 1) {
                    loop.execute(() -> loop.schedule(RELEASE_PAUSE, () -> release(id, tries - 1, done)));
                    return;
                }
                groups.abandon(id);
            }
            try {
                records.delete(id);
            } catch (IOException | RuntimeException e) {
                LOG.warn("the runs of workspace {} could not be removed", id, e);
            }
            loop.execute(done);
        });
    }

    private boolean groupGone(WorkspaceId id) {
        try {
            return groups.release(id);
        } catch (IOException | RuntimeException e) {
            LOG.warn("the group of workspace {} could not be removed", id, e);
            return false;
        }
    }
}
