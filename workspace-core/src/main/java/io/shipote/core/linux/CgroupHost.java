package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    private static final List<String> V1_CONTROLLERS = List.of("memory", "cpu", "cpuacct", "pids");
    private static final Path STANDARD = Path.of("/sys/fs/cgroup");
    private static final String SHARED = "not applied: group shared";

    private final Mode mode;
    private final Map<String, Path> own;
    private final List<String> reasons;
    private final ProcFiles proc;

    private CgroupHost(Mode mode, Map<String, Path> own, List<String> reasons, ProcFiles proc) {
        this.mode = mode;
        this.own = own;
        this.reasons = List.copyOf(reasons);
        this.proc = proc;
    }

    public static CgroupHost detect() throws IOException {
        return detect(Path.of("/proc"), STANDARD);
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
     * @param configured the group to use instead of our own one, in each hierarchy; it has to exist
     */
    public static CgroupHost detect(Path procRoot, Path sysFs, Optional<String> configured) throws IOException {
        Map<String, String> groups = OwnGroups.parse(Files.readString(procRoot.resolve("self/cgroup")));
        Map<String, Path> usable = new LinkedHashMap<>();
        List<String> reasons = new ArrayList<>();
        for (CgroupMount mount : CgroupMount.parse(Files.readString(procRoot.resolve("self/mountinfo")))) {
            CgroupMount seen = mount.under(STANDARD, sysFs);
            for (String controller : seen.controllers()) {
                boolean wanted = controller.equals(OwnGroups.UNIFIED) || V1_CONTROLLERS.contains(controller);
                if (wanted && groups.containsKey(controller)) {
                    String path = configured.orElse(groups.get(controller));
                    consider(controller, seen.directory(path), path, usable, reasons);
                }
            }
        }
        return choose(usable, reasons, new ProcFiles(procRoot));
    }

    private static void consider(
            String controller, Optional<Path> directory, String path, Map<String, Path> usable, List<String> reasons) {
        String name = controller.equals(OwnGroups.UNIFIED) ? "unified" : controller;
        if (directory.isEmpty() || !Files.isDirectory(directory.get())) {
            reasons.add(name + ": own group " + path + " cannot be seen");
        } else if (!GroupDir.writable(directory.get())) {
            reasons.add(name + ": " + directory.get() + " is not writable");
        } else {
            usable.put(controller, withoutLeaf(directory.get()));
        }
    }

    /** After an exec in place we are in the leaf that the process moved itself into before. */
    private static Path withoutLeaf(Path group) {
        Path parent = group.getParent();
        boolean leaf = group.endsWith(DAEMON) && Files.isDirectory(parent.resolve(ROOT));
        return leaf && GroupDir.writable(parent) ? parent : group;
    }

    private static CgroupHost choose(Map<String, Path> usable, List<String> reasons, ProcFiles proc)
            throws IOException {
        Path unified = usable.get(OwnGroups.UNIFIED);
        boolean v1 = usable.keySet().stream().anyMatch(V1_CONTROLLERS::contains);
        if (unified == null) {
            return new CgroupHost(v1 ? Mode.V1 : Mode.NONE, usable, reasons, proc);
        }
        if (v1) {
            // cpu.stat of the v2 tree counts the time as well; one group less to enter at each launch.
            usable.remove("cpuacct");
            return new CgroupHost(Mode.HYBRID, usable, reasons, proc);
        }
        if (shared(unified)) {
            reasons.add(SHARED + " (" + unified + ")");
            return new CgroupHost(Mode.NONE, Map.of(), reasons, proc);
        }
        return new CgroupHost(Mode.V2, usable, reasons, proc);
    }

    /** Others live in it, so it is not ours to divide. The true root, which has no type, may be shared. */
    private static boolean shared(Path group) throws IOException {
        int self = LibC.getpid();
        return Files.exists(group.resolve("cgroup.type"))
                && GroupDir.pids(group).stream().anyMatch(pid -> pid != self);
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

    /** Why a wish that needs {@code controller} cannot be fulfilled. */
    String missing(String controller) {
        return reasons.stream()
                .filter(reason -> reason.startsWith(controller + ":") || reason.startsWith(SHARED))
                .findFirst()
                .map(reason -> reason.startsWith(SHARED) ? reason : "not applied: " + reason)
                .orElse("not applied: no " + controller + " controller");
    }

    ProcFiles proc() {
        return proc;
    }

    /**
     * Makes the group of a workspace in every hierarchy, or finds it there.
     *
     * @param name one or more path components, each 1 to 100 characters and not beginning with a dot
     * @throws IOException when a group cannot be made
     * @throws IllegalArgumentException for a name that leads elsewhere
     */
    public WorkspaceGroup workspace(String name) throws IOException {
        GroupName.check(name);
        Map<String, Path> made = new LinkedHashMap<>();
        for (Map.Entry<String, Path> entry : own.entrySet()) {
            Path at = entry.getValue();
            boolean divide = mode == Mode.V2;
            if (divide) {
                leaveFor(at);
            }
            for (String part : (ROOT + "/" + name).split("/")) {
                if (divide) {
                    Controllers.enable(at);
                }
                at = at.resolve(part);
                GroupDir.make(at);
            }
            if (divide) {
                Controllers.enable(at);
            }
            made.put(entry.getKey(), at);
        }
        return new WorkspaceGroup(this, made);
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
