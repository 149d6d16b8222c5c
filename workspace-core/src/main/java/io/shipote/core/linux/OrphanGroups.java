package io.shipote.core.linux;

import io.shipote.core.linux.GroupTree.FoundRun;
import io.shipote.core.linux.GroupTree.FoundWorkspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Removes groups that an earlier daemon of the same state directory left without processes: of workspaces that nobody
 * knows any more (a crash between their making and the journal, a state directory that was emptied), and of runs that
 * have ended. A group that is in use, or does not say that it is ours, is never touched. For the thread that makes
 * groups.
 */
public final class OrphanGroups {
    private final CgroupHost host;
    private final GroupTree tree;

    public OrphanGroups(CgroupHost host) {
        this.host = host;
        this.tree = new GroupTree(host);
    }

    /**
     * @param workspaces the ids of those that are known
     * @param runs the ids of those that are alive
     * @return the names of what was removed, below our root
     */
    public List<String> remove(Set<String> workspaces, Set<String> runs) throws IOException {
        List<String> removed = new ArrayList<>();
        for (FoundWorkspace workspace : tree.workspaces()) {
            if (host.owner().isEmpty() || !workspace.owner().equals(host.owner())) {
                continue;
            }
            if (workspaces.contains(workspace.id())) {
                removeEnded(workspace, runs, removed);
            } else if (GroupDir.allPids(workspace.group()).isEmpty() && host.remove(workspace.name())) {
                removed.add(workspace.name());
            }
        }
        return removed;
    }

    private void removeEnded(FoundWorkspace workspace, Set<String> runs, List<String> removed) throws IOException {
        for (FoundRun run : tree.runs(workspace)) {
            String name = workspace.name() + "/" + run.leaf().getFileName();
            if (run.pids().isEmpty() && !runs.contains(run.run()) && host.remove(name)) {
                removed.add(name);
            }
        }
    }
}
