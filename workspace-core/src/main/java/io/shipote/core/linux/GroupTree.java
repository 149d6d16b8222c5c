package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What stands in our tree of groups, whoever made it: an index of what runs that needs no file of ours. For blocking
 * threads.
 *
 * <p>Ids stand in the groups' names, and in their {@linkplain GroupMark marks} where the file system keeps such; a
 * command's id is else looked for in the environment of its processes. Without a v2 tree nothing is found.
 */
public final class GroupTree {
    /** Groups below each other that are looked through, at most; a card's path may have several. */
    static final int MAX_DEPTH = 32;

    private static final Pattern ULID = Pattern.compile("[0-7][0-9A-HJKMNP-TV-Z]{25}");
    private static final String COMMAND = "SHIPOTE_COMMAND";

    private final CgroupHost host;

    public GroupTree(CgroupHost host) {
        this.host = host;
    }

    /**
     * A workspace's group.
     *
     * @param owner the state directory of the daemon that made it; empty when that is not known
     * @param name the group's path below our root, the id being its last part
     */
    public record FoundWorkspace(String id, Optional<String> owner, String name, Path group) {}

    /**
     * A run's leaf.
     *
     * @param pids the live processes in it and below it; none when the run has ended
     */
    public record FoundRun(
            FoundWorkspace workspace, Optional<String> command, String run, Path leaf, List<Integer> pids) {}

    /** All workspaces that have a group. */
    public List<FoundWorkspace> workspaces() throws IOException {
        List<FoundWorkspace> found = new ArrayList<>();
        Optional<Path> tree = host.unified();
        if (tree.isPresent()) {
            look(tree.get().resolve(CgroupHost.ROOT), "", 0, found);
        }
        return found;
    }

    private static void look(Path group, String above, int depth, List<FoundWorkspace> found) throws IOException {
        if (depth == MAX_DEPTH) {
            return;
        }
        for (Path child : GroupDir.children(group)) {
            String name = child.getFileName().toString();
            Optional<String> marked = GroupMark.WORKSPACE.read(child);
            if (marked.isPresent() || ULID.matcher(name).matches()) {
                found.add(new FoundWorkspace(marked.orElse(name), GroupMark.OWNER.read(child), above + name, child));
            } else {
                look(child, above + name + "/", depth + 1, found);
            }
        }
    }

    /** Whether it belongs to the daemon of another state directory; where there are no marks nobody knows. */
    boolean foreign(FoundWorkspace workspace) {
        return workspace.owner().isPresent() && !workspace.owner().equals(host.owner());
    }

    /** All runs that have a leaf, those of ended ones as well. */
    public List<FoundRun> runs() throws IOException {
        List<FoundRun> found = new ArrayList<>();
        for (FoundWorkspace workspace : workspaces()) {
            found.addAll(runs(workspace));
        }
        return found;
    }

    List<FoundRun> runs(FoundWorkspace workspace) throws IOException {
        List<FoundRun> found = new ArrayList<>();
        for (Path leaf : GroupDir.children(workspace.group())) {
            String name = leaf.getFileName().toString();
            Optional<String> marked = GroupMark.RUN.read(leaf);
            if (marked.isPresent() || ULID.matcher(name).matches()) {
                List<Integer> pids = GroupDir.allPids(leaf);
                Optional<String> command = GroupMark.COMMAND.read(leaf).or(() -> command(pids));
                found.add(new FoundRun(workspace, command, marked.orElse(name), leaf, pids));
            }
        }
        return found;
    }

    private Optional<String> command(List<Integer> pids) {
        return pids.stream()
                .map(pid -> host.proc().environ(pid, COMMAND))
                .flatMap(Optional::stream)
                .findFirst();
    }
}
