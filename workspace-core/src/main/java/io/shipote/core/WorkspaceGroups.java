package io.shipote.core;

import io.shipote.card.CgroupSpec;
import io.shipote.card.Mounts;
import io.shipote.card.Namespaces;
import io.shipote.card.Permissions;
import io.shipote.card.RLimits;
import io.shipote.card.SomaSpec;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.Applied;
import io.shipote.core.linux.CgroupHost;
import io.shipote.core.linux.GroupUsage;
import io.shipote.core.linux.WorkspaceGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The control groups of the workspaces, made when first needed. Confined to the launcher's thread. */
final class WorkspaceGroups {
    private static final String NOT_YET = "this version does not apply it";

    private final CgroupHost host;
    private final Map<WorkspaceId, WorkspaceGroup> groups = new HashMap<>();

    WorkspaceGroups(CgroupHost host) {
        this.host = host;
    }

    /** The workspace's group, made and limited if it is not there. */
    WorkspaceGroup get(WorkspaceId id, WorkspaceSpec spec) throws IOException {
        WorkspaceGroup group = groups.get(id);
        if (group == null) {
            group = host.workspace(name(id, spec));
            groups.put(id, group);
            limits(group, spec.soma(), new ArrayList<>());
        }
        return group;
    }

    /** Makes the group and tells, item by item, what became of what the spec asks for. */
    Launcher.Prepared prepare(WorkspaceId id, WorkspaceSpec spec) throws IOException {
        WorkspaceGroup group = groups.get(id);
        if (group == null) {
            group = host.workspace(name(id, spec));
            groups.put(id, group);
        }
        List<Applied> applied = new ArrayList<>();
        limits(group, spec.soma(), applied);
        wishes(spec, applied);
        WorkspaceGroup made = group;
        Optional<String> cgroup =
                group.directories().isEmpty() ? Optional.empty() : Optional.of("shipote/" + name(id, spec));
        return new Launcher.Prepared(List.copyOf(applied), cgroup, () -> usage(made));
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

    private static void limits(WorkspaceGroup group, SomaSpec soma, List<Applied> applied) {
        RLimits rlimits = soma.rlimits();
        CgroupSpec cgroup = soma.cgroup();
        rlimits.memBytes().ifPresent(bytes -> add(applied, "rlimits.mem_bytes", group.setMemoryMax(bytes.saturated())));
        rlimits.nproc().ifPresent(count -> add(applied, "rlimits.nproc", group.setPidsMax(count)));
        rlimits.nofile().ifPresent(count -> applied.add(Applied.applied("rlimits.nofile")));
        cgroup.cpuWeight().ifPresent(weight -> add(applied, "cgroup.cpu_weight", group.setCpuWeight(weight)));
        cgroup.ioWeight().ifPresent(weight -> add(applied, "cgroup.io_weight", group.setIoWeight(weight)));
    }

    private static void add(List<Applied> applied, String item, Optional<String> refused) {
        applied.add(refused.isEmpty() ? Applied.applied(item) : Applied.degraded(item, refused.get()));
    }

    private static void wishes(WorkspaceSpec spec, List<Applied> applied) {
        SomaSpec soma = spec.soma();
        if (soma.cgroup().path().startsWith("/")) {
            applied.add(Applied.degraded("cgroup.path", "taken below this daemon's own group, as every path is"));
        }
        namespaces(soma, applied);
        if (soma.cpuAffinity().isPresent()) {
            applied.add(Applied.degraded("cpu_affinity", NOT_YET));
        }
        if (soma.runAs().isPresent()) {
            applied.add(Applied.degraded("run_as", NOT_YET));
        }
        if (asks(soma.mounts())) {
            applied.add(Applied.degraded("mounts", NOT_YET));
        }
        if (!spec.permissions().equals(Permissions.NONE)) {
            applied.add(Applied.advisory("permissions", "kept; nothing is granted or denied by them"));
        }
        if (!spec.flowDirs().isEmpty()) {
            applied.add(Applied.advisory("flow_dirs", "kept; no directories are made for them"));
        }
    }

    private static boolean asks(Mounts mounts) {
        return !(mounts.home() instanceof Mounts.Home.Inherit)
                || !mounts.binds().isEmpty()
                || !mounts.tmpfs().isEmpty()
                || mounts.hideHomeReal().isPresent();
    }

    private static void namespaces(SomaSpec soma, List<Applied> applied) {
        Namespaces asked = soma.namespaces();
        Map<String, Boolean> all = new LinkedHashMap<>();
        all.put("mount", asked.mount());
        all.put("pid", asked.pid());
        all.put("net", asked.net());
        all.put("uts", asked.uts());
        all.put("ipc", asked.ipc());
        all.put("user", asked.user());
        all.put("cgroup", asked.cgroup());
        all.forEach((name, wanted) -> {
            if (wanted) {
                applied.add(Applied.degraded("namespaces." + name, NOT_YET));
            }
        });
    }

    /** On the sampler's thread; a group that is being removed meanwhile reads as nothing. */
    private static Usage usage(WorkspaceGroup group) {
        try {
            GroupUsage read = group.usage();
            boolean any = read.memoryBytes().isPresent() || read.cpuUsec().isPresent();
            return new Usage(
                    read.memoryBytes(),
                    read.memoryPeakBytes(),
                    read.cpuUsec(),
                    read.pids(),
                    read.oomKills(),
                    any ? "cgroup" : "none");
        } catch (IOException e) {
            return Usage.NONE;
        }
    }

    /** Removes the workspace's group, and the parents that its path made if nobody else is in them. */
    void release(WorkspaceId id) throws IOException {
        WorkspaceGroup group = groups.remove(id);
        if (group == null) {
            return;
        }
        group.remove();
        for (Path directory : group.directories()) {
            Path parent = directory.getParent();
            while (!parent.getFileName().toString().equals("shipote") && empty(parent)) {
                Files.deleteIfExists(parent);
                parent = parent.getParent();
            }
        }
    }

    private static boolean empty(Path group) throws IOException {
        try (var children = Files.list(group)) {
            return children.noneMatch(Files::isDirectory);
        }
    }
}
