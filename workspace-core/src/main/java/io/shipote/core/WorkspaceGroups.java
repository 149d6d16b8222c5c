package io.shipote.core;

import io.shipote.card.SomaSpec;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.core.isolation.Isolation;
import io.shipote.core.linux.CgroupHost;
import io.shipote.core.linux.RunGroup;
import io.shipote.core.linux.UsageSource;
import io.shipote.core.linux.WorkspaceGroup;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The control groups of the workspaces, made when first needed. Confined to the launcher's thread. */
final class WorkspaceGroups {
    private static final Logger LOG = LoggerFactory.getLogger(WorkspaceGroups.class);
    /** No run has this name: those have ULIDs. */
    private static final String TRIAL = "trial";

    private final CgroupHost host;
    private final Map<WorkspaceId, LimitedGroup> groups = new HashMap<>();
    private boolean toldUnmarked;

    WorkspaceGroups(CgroupHost host) {
        this.host = host;
    }

    /** The workspace's group, made and limited if it is not there, or not there any more. */
    WorkspaceGroup get(WorkspaceId id, WorkspaceSpec spec) throws IOException {
        LimitedGroup known = groups.get(id);
        if (known != null && known.group().there()) {
            return known.group();
        }
        LimitedGroup made = limited(id, spec);
        made.apply(spec.soma());
        return made.group();
    }

    private LimitedGroup limited(WorkspaceId id, WorkspaceSpec spec) throws IOException {
        LimitedGroup known = groups.get(id);
        if (known != null && known.group().there()) {
            return known;
        }
        if (known != null) {
            LOG.warn("the group of workspace {} has been removed by somebody; it is made again", spec.label());
            groups.remove(id);
        }
        LimitedGroup made = new LimitedGroup(host.workspace(name(id, spec)));
        groups.put(id, made);
        if (!toldUnmarked && made.group().unmarked().isPresent()) {
            toldUnmarked = true;
            LOG.info(
                    "groups do not carry whose they are: {}",
                    made.group().unmarked().get());
        }
        return made;
    }

    /** Makes the group and tells, item by item, what became of what the spec asks for. */
    Launcher.Prepared prepare(WorkspaceId id, WorkspaceSpec spec) throws IOException {
        LimitedGroup limited = limited(id, spec);
        List<Applied> applied = new ArrayList<>(limited.apply(spec.soma()));
        applied.addAll(Isolation.advisories(spec));
        WorkspaceGroup made = limited.group();
        Optional<String> cgroup =
                made.directories().isEmpty() ? Optional.empty() : Optional.of("shipote/" + name(id, spec));
        return new Launcher.Prepared(List.copyOf(applied), cgroup, new UsageSource.Groups(made.directories()));
    }

    /** What will become of the limits of a single command: found out in a leaf that is removed again. */
    List<Applied> tryLimits(WorkspaceId id, WorkspaceSpec spec, SomaSpec own) throws IOException {
        if (LimitItems.asked(own).isEmpty()) {
            return List.of();
        }
        RunGroup trial = get(id, spec).run(TRIAL);
        try {
            return LimitItems.apply(own, trial::set);
        } finally {
            trial.remove();
        }
    }

    /** A card's path is taken below our root; under it each workspace has a group of its own. */
    private static String name(WorkspaceId id, WorkspaceSpec spec) {
        StringBuilder path = new StringBuilder();
        for (String part : spec.soma().cgroup().path().split("/")) {
            if (part.matches("[A-Za-z0-9_@:-][A-Za-z0-9_.@:-]{0,99}")) {
                path.append(part).append('/');
            }
        }
        return path + id.text();
    }

    /** Removes the workspace's group; false while processes are in it. */
    boolean release(WorkspaceId id) throws IOException {
        LimitedGroup limited = groups.get(id);
        if (limited != null && !limited.group().remove()) {
            return false;
        }
        groups.remove(id);
        return true;
    }

    /** Gives up a group that cannot be removed; the next daemon tries again. */
    void abandon(WorkspaceId id) {
        LimitedGroup limited = groups.remove(id);
        if (limited != null) {
            LOG.warn(
                    "processes are left in the group of workspace {}: {}",
                    id,
                    limited.group().directories());
        }
    }
}
