package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What this machine lets us do with control groups, and where; see {@code cgroups(7)}. Found once at start;
 * immutable. All calls touch files, so they belong on blocking threads, never on an event loop.
 *
 * <p>Everything is made below our own group, in {@code shipote/}. In v2 the daemon itself moves into the leaf
 * {@code daemon/}, as a group with controllers for its children may hold no processes.
 */
public final class CgroupHost {
    /** The layout that is used. */
    public enum Mode {
        /** One tree with all controllers. */
        V2,
        /** Controllers in v1 trees; a v2 tree without controllers, which contains, freezes and kills. */
        HYBRID,
        /** Controllers in v1 trees and nothing else: limits, but no containment. */
        V1,
        /** No groups: limits are reported as not applied, processes are found by scanning. */
        NONE
    }

    static final String ROOT = "shipote";
    static final String DAEMON = "daemon";
    static final String SHARED = "not applied: group shared";
    static final String UNDELEGATED = "not applied: group not delegated";
    static final String UNDIVIDED = "not applied: group not divided";

    /** Of v1: those that every workspace gets a group of, and then those that only a limit makes. */
    static final List<String> V1_CONTROLLERS = List.of("memory", "cpu", "cpuacct", "pids", "cpuset", "blkio");

    private static final List<String> WHEN_ASKED = List.of("cpuset", "blkio");

    private final Mode mode;
    private final Map<String, Path> own;
    private final List<String> reasons;
    private final ProcFiles proc;
    private final Optional<String> owner;

    CgroupHost(Mode mode, Map<String, Path> own, List<String> reasons, ProcFiles proc) {
        this(mode, own, List.copyOf(reasons), proc, Optional.empty());
    }

    private CgroupHost(Mode mode, Map<String, Path> own, List<String> reasons, ProcFiles proc, Optional<String> owner) {
        this.mode = mode;
        this.own = own;
        this.reasons = reasons;
        this.proc = proc;
        this.owner = owner;
    }

    public static CgroupHost detect() throws IOException {
        return detect(Path.of("/proc"), Path.of("/sys/fs/cgroup"));
    }

    /** As on a host without control groups: nothing is looked at, and nothing can be applied. */
    public static CgroupHost off() {
        List<String> reasons = Stream.of("unified", "memory", "cpu", "cpuset", "pids", "io", "blkio")
                .map(controller -> controller + ": control groups are switched off by the configuration")
                .toList();
        return new CgroupHost(Mode.NONE, Map.of(), reasons, new ProcFiles());
    }

    /** The same with other roots, for tests; mounts below {@code /sys/fs/cgroup} are seen at {@code sysFs}. */
    public static CgroupHost detect(Path procRoot, Path sysFs) throws IOException {
        return detect(procRoot, sysFs, Optional.empty());
    }

    /**
     * Only looks; nothing is made or moved.
     *
     * @param configured the group to use instead of our own one, in each hierarchy; it has to exist. A path in the
     *     hierarchy, or {@code ../} and one beside our own group
     */
    public static CgroupHost detect(Path procRoot, Path sysFs, Optional<String> configured) throws IOException {
        return new CgroupDetection(procRoot, configured, false).look(sysFs);
    }

    /**
     * The same for a program that systemd has started in its group, and will start in it again. A process cannot be put into
     * a v2 group that hands controllers on, so that group gets groups below it, but no limits.
     */
    public static CgroupHost detectInService(Path procRoot, Path sysFs, Optional<String> configured)
            throws IOException {
        return new CgroupDetection(procRoot, configured, true).look(sysFs);
    }

    /** The same with a name for us, which groups carry from now on: the state directory's. */
    public CgroupHost ownedBy(Path stateDirectory) {
        return new CgroupHost(mode, own, reasons, proc, Optional.of(stateDirectory.toString()));
    }

    public Mode mode() {
        return mode;
    }

    /** The own group per v1 controller that can be used; {@code ""} is the v2 tree. */
    public Map<String, Path> own() {
        return Map.copyOf(own);
    }

    /** What cannot be used, and why; one text each. */
    public List<String> reasons() {
        return reasons;
    }

    /** One line for people. */
    public String describe() {
        String used = own.entrySet().stream()
                .map(entry -> (entry.getKey().isEmpty() ? "unified" : entry.getKey()) + "=" + entry.getValue())
                .collect(Collectors.joining(" "));
        String not = reasons.isEmpty() ? "" : "; " + String.join("; ", reasons);
        return mode.name().toLowerCase(Locale.ROOT) + (used.isEmpty() ? "" : ": " + used) + not;
    }

    static String notApplied(String why) {
        return "not applied: " + why;
    }

    /** Why a wish that needs {@code controller} cannot be fulfilled. */
    String missing(String controller) {
        return reasons.stream()
                .filter(reason -> reason.startsWith(controller + ":")
                        || reason.startsWith(SHARED)
                        || reason.startsWith(UNDELEGATED)
                        || reason.startsWith(UNDIVIDED))
                .findFirst()
                .map(reason -> reason.startsWith(controller + ":") ? notApplied(reason) : reason)
                .orElse(notApplied("no " + controller + " controller"));
    }

    ProcFiles proc() {
        return proc;
    }

    /** Whose groups they are. */
    Optional<String> owner() {
        return owner;
    }

    /**
     * Makes the group of a workspace in every hierarchy, or finds it there; in the v2 tree first, whose marks tell a later
     * daemon what one that died in between has left in the others.
     *
     * @param name one or more path components, each 1 to 100 characters and not beginning with a dot; the last one is
     *     the workspace's id
     * @throws IOException when a group cannot be made
     * @throws IllegalArgumentException for a name that leads elsewhere
     */
    public WorkspaceGroup workspace(String name) throws IOException {
        GroupName.check(name);
        Map<String, Path> made = new LinkedHashMap<>();
        boolean fresh = true;
        Optional<String> unmarked = Optional.empty();
        List<String> trees = new ArrayList<>(own.keySet());
        trees.sort(Comparator.comparing(tree -> !tree.equals(OwnGroups.UNIFIED)));
        for (String tree : trees) {
            Path group = own.get(tree).resolve(ROOT).resolve(name);
            boolean there = Files.isDirectory(group);
            if (there || !WHEN_ASKED.contains(tree)) {
                make(tree, name);
                made.put(tree, group);
                fresh &= !there;
            }
            if (tree.equals(OwnGroups.UNIFIED)) {
                unmarked = WorkspaceGroup.mark(this, group);
            }
        }
        return new WorkspaceGroup(this, name, made, fresh, unmarked);
    }

    /** Makes the workspace's group in one hierarchy. */
    Path make(String controller, String name) throws IOException {
        Path at = own.get(controller);
        if (divides()) {
            leaveFor(at);
        }
        for (String part : (ROOT + "/" + name).split("/")) {
            handOn(at);
            at = at.resolve(part);
            GroupDir.make(at);
            if (controller.equals("cpuset")) {
                V1Limits.inherit(at);
            }
        }
        handOn(at);
        return at;
    }

    private void handOn(Path group) throws IOException {
        if (divides()) {
            Controllers.enable(group);
        }
    }

    private boolean divides() {
        return mode == Mode.V2 && reasons.stream().noneMatch(reason -> reason.startsWith(UNDIVIDED));
    }

    /** Moves this process out of the group that is to be divided. */
    private static void leaveFor(Path group) throws IOException {
        int self = LibC.getpid();
        if (!Files.exists(group.resolve("cgroup.type")) || !GroupDir.pids(group).contains(self)) {
            return;
        }
        Path leaf = group.resolve(DAEMON);
        GroupDir.make(leaf);
        Optional<String> refused = GroupDir.write(leaf.resolve(GroupDir.PROCS), Integer.toString(self));
        if (refused.isPresent()) {
            throw new IOException("cannot move into " + leaf + ": " + refused.get());
        }
    }

    /** The own group in the v2 tree, if that is used. */
    Optional<Path> unified() {
        return Optional.ofNullable(own.get(OwnGroups.UNIFIED));
    }

    /**
     * Removes the group of that name in every hierarchy, and the groups above it that its name made if nobody else is in
     * them; the one in the v2 tree last, as it tells a later daemon whose they are.
     *
     * @return whether all are gone; false while there are processes in one
     */
    boolean remove(String name) throws IOException {
        boolean gone = true;
        for (Map.Entry<String, Path> entry : own.entrySet()) {
            if (!entry.getKey().equals(OwnGroups.UNIFIED)) {
                gone &= removeUpwards(entry.getValue().resolve(ROOT), name);
            }
        }
        return gone && (unified().isEmpty() || removeUpwards(unified().get().resolve(ROOT), name));
    }

    /** Removes a group of this name in all hierarchies, and nothing above it; false while there are processes in one. */
    boolean removeLeaf(String name) throws IOException {
        boolean gone = true;
        for (Path tree : own.values()) {
            gone &= GroupDir.remove(tree.resolve(ROOT).resolve(name));
        }
        return gone;
    }

    private static boolean removeUpwards(Path root, String name) throws IOException {
        Path group = root.resolve(name);
        boolean gone = GroupDir.remove(group);
        Path above = group.getParent();
        while (!above.equals(root)
                && GroupMark.WORKSPACE.read(above).isEmpty()
                && GroupDir.children(above).isEmpty()
                && GroupDir.remove(above)) {
            above = above.getParent();
        }
        return gone;
    }

    /** Removes {@code shipote/} in every hierarchy; false while a workspace is left in one. */
    public boolean removeRoot() throws IOException {
        boolean gone = true;
        for (Path group : own.values()) {
            Path root = group.resolve(ROOT);
            gone &= GroupDir.children(root).isEmpty() && GroupDir.remove(root);
        }
        return gone;
    }
}
