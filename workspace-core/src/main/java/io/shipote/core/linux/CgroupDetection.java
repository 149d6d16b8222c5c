package io.shipote.core.linux;

import io.shipote.core.linux.CgroupHost.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds out which groups are ours to use. Only looks; nothing is made or moved. */
final class CgroupDetection {
    private static final Path STANDARD = Path.of("/sys/fs/cgroup");

    private final Path procRoot;
    private final Optional<String> configured;
    private final boolean service;
    private final Map<String, Path> usable = new LinkedHashMap<>();
    private final List<String> reasons = new ArrayList<>();
    private boolean startedIn;

    /**
     * @param configured the group to use instead of our own one, in each hierarchy; it has to exist
     * @param service whether systemd has started us in our group, and would again
     */
    CgroupDetection(Path procRoot, Optional<String> configured, boolean service) {
        this.procRoot = procRoot;
        this.configured = configured;
        this.service = service;
    }

    /** @param sysFs where {@code /sys/fs/cgroup} is seen */
    CgroupHost look(Path sysFs) throws IOException {
        Map<String, String> groups = OwnGroups.parse(read("self/cgroup"));
        for (CgroupMount mount : CgroupMount.parse(read("self/mountinfo"))) {
            CgroupMount seen = mount.under(STANDARD, sysFs);
            for (String controller : seen.controllers()) {
                boolean wanted = controller.equals(OwnGroups.UNIFIED) || CgroupHost.V1_CONTROLLERS.contains(controller);
                if (wanted && groups.containsKey(controller)) {
                    String own = groups.get(controller);
                    String path = configured.map(root -> from(own, root)).orElse(own);
                    consider(controller, seen.directory(path), path);
                }
            }
        }
        return choose();
    }

    /** A root that begins with {@code ../} is a group beside our own one. */
    private static String from(String own, String root) {
        return root.startsWith("../") ? own.substring(0, own.lastIndexOf('/')) + root.substring(2) : root;
    }

    /** Without the file there are no groups for us; the daemon does its work without. */
    private String read(String name) {
        Path file = procRoot.resolve(name);
        try {
            return Files.readString(file);
        } catch (IOException e) {
            reasons.add(file + " cannot be read: " + e.getMessage());
            return "";
        }
    }

    private void consider(String controller, Optional<Path> directory, String path) {
        String name = controller.equals(OwnGroups.UNIFIED) ? "unified" : controller;
        if (directory.isEmpty() || !Files.isDirectory(directory.get())) {
            reasons.add(name + ": " + (configured.isPresent() ? "" : "own ") + "group " + path + " cannot be seen");
            return;
        }
        Path group = withoutLeaf(directory.get());
        if (!GroupDir.writable(group)) {
            reasons.add(name + ": " + group + " is not writable");
        } else {
            usable.put(controller, group);
            startedIn |= controller.equals(OwnGroups.UNIFIED) && group.equals(directory.get()) && configured.isEmpty();
        }
    }

    /**
     * In the leaf {@code daemon/} we are after an exec in place, as the process moved itself there before, and when
     * systemd starts us with {@code DelegateSubgroup=daemon}. Ours to divide is the group above.
     */
    private static Path withoutLeaf(Path group) {
        Path parent = group.getParent();
        if (!group.endsWith(CgroupHost.DAEMON) || parent == null || !GroupDir.writable(parent)) {
            return group;
        }
        boolean ours = Files.isDirectory(parent.resolve(CgroupHost.ROOT));
        return ours || Delegation.of(parent) == Delegation.GIVEN ? parent : group;
    }

    private CgroupHost choose() throws IOException {
        ProcFiles proc = new ProcFiles(procRoot);
        Path unified = usable.get(OwnGroups.UNIFIED);
        boolean v1 = usable.keySet().stream().anyMatch(CgroupHost.V1_CONTROLLERS::contains);
        if (unified == null) {
            return new CgroupHost(v1 ? Mode.V1 : Mode.NONE, usable, reasons, proc);
        }
        if (v1) {
            // cpu.stat of the v2 tree counts the time as well; one group less to enter at each launch.
            usable.remove("cpuacct");
            return new CgroupHost(Mode.HYBRID, usable, reasons, proc);
        }
        Optional<String> foreign = foreign(unified);
        if (foreign.isPresent()) {
            reasons.add(foreign.get());
            return new CgroupHost(Mode.NONE, Map.of(), reasons, proc);
        }
        boolean undivided = service && startedIn && Files.exists(unified.resolve("cgroup.type"));
        if (undivided) {
            reasons.add(CgroupHost.UNDIVIDED + " (" + unified + "; systemd could not start the daemon in it again: use"
                    + " the unit shipote-workspaces, or DelegateSubgroup=daemon from systemd 254 on)");
        }
        return new CgroupHost(Mode.V2, usable, reasons, proc);
    }

    /** Why the group is not ours to divide. The true root, which has no type, may be shared. */
    private static Optional<String> foreign(Path group) throws IOException {
        int self = LibC.getpid();
        if (!Files.exists(group.resolve("cgroup.type"))) {
            return Optional.empty();
        }
        if (GroupDir.pids(group).stream().anyMatch(pid -> pid != self)) {
            return Optional.of(CgroupHost.SHARED + " (" + group + ")");
        }
        return Delegation.of(group) == Delegation.REFUSED
                ? Optional.of(CgroupHost.UNDELEGATED + " (" + group + "; Delegate=yes in its unit gives it to us)")
                : Optional.empty();
    }
}
