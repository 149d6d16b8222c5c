package io.shipote.core.linux;

import io.shipote.core.linux.GroupTree.FoundRun;
import io.shipote.core.linux.GroupTree.FoundWorkspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
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
     * The names, below our root, of all groups there are now that may be ours. To be asked for before anything is started:
     * a group that is made later is of somebody who is about to move in.
     */
    public Set<String> names() throws IOException {
        Set<String> names = new HashSet<>();
        for (FoundWorkspace workspace : tree.workspaces()) {
            if (!tree.foreign(workspace)) {
                names.add(workspace.name());
                tree.runs(workspace).forEach(run -> names.add(name(run)));
            }
        }
        return names;
    }

    /**
     * @param among the names of those that may be removed
     * @param workspaces the ids of those that are known
     * @param runs the ids of those that are alive
     * @return the names of what was removed, below our root
     */
    public List<String> remove(Set<String> among, Set<String> workspaces, Set<String> runs) throws IOException {
        List<String> removed = new ArrayList<>();
        for (FoundWorkspace workspace : tree.workspaces()) {
            if (host.owner().isEmpty() || !workspace.owner().equals(host.owner())) {
                continue;
            }
            if (workspaces.contains(workspace.id())) {
                removeEnded(workspace, among, runs, removed);
            } else if (among.contains(workspace.name())
                    && GroupDir.allPids(workspace.group()).isEmpty()
                    && host.remove(workspace.name())) {
                removed.add(workspace.name());
            }
        }
        return removed;
    }

    /**
     * The groups without processes of daemons whose state directory does not exist any more. A daemon that goes on although
     * its directory was taken away still holds its lock there: then they are left alone.
     *
     * @param remove whether to remove them
     * @return their names below our root; with {@code remove} those that are gone
     */
    public List<String> abandoned(boolean remove) throws IOException {
        List<FoundWorkspace> candidates = new ArrayList<>();
        for (FoundWorkspace workspace : tree.workspaces()) {
            boolean gone = workspace
                    .owner()
                    .filter(owner -> !Files.exists(Path.of(owner)))
                    .isPresent();
            if (gone && GroupDir.allPids(workspace.group()).isEmpty()) {
                candidates.add(workspace);
            }
        }
        List<String> found = new ArrayList<>();
        List<String> open = candidates.isEmpty() ? List.of() : openFiles();
        for (FoundWorkspace workspace : candidates) {
            String inside = workspace.owner().orElseThrow() + "/";
            if (open.stream().noneMatch(file -> file.startsWith(inside))
                    && (!remove || host.remove(workspace.name()))) {
                found.add(workspace.name());
            }
        }
        return found;
    }

    /** Every file that any process has open, as far as we may look. */
    private List<String> openFiles() {
        return host.proc().pids().stream()
                .flatMap(pid -> ProcFiles.descriptors(pid).stream())
                .map(ProcFiles::link)
                .filter(link -> link.startsWith("/"))
                .toList();
    }

    /** The leaves only: the group of a workspace that is known stays, empty or not. */
    private void removeEnded(FoundWorkspace workspace, Set<String> among, Set<String> runs, List<String> removed)
            throws IOException {
        for (FoundRun run : tree.runs(workspace)) {
            String name = name(run);
            boolean ended = among.contains(name) && run.pids().isEmpty() && !runs.contains(run.run());
            if (ended && host.removeLeaf(name)) {
                removed.add(name);
            }
        }
    }

    private static String name(FoundRun run) {
        return run.workspace().name() + "/" + run.leaf().getFileName();
    }
}
