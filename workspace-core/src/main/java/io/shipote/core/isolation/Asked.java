package io.shipote.core.isolation;

import io.shipote.card.CommandRef;
import io.shipote.card.CpuList;
import io.shipote.card.GroupLimits;
import io.shipote.card.LaunchSpec;
import io.shipote.card.Mounts;
import io.shipote.card.Namespaces;
import io.shipote.card.Problems;
import io.shipote.card.ResourceLimit;
import io.shipote.card.RunAs;
import io.shipote.card.Shape;
import io.shipote.card.SomaSpec;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is asked for a process: what its workspace says together with what its own card says.
 *
 * @param namespaces those of either
 * @param cpus the processors in both; empty = no restriction
 * @param mounts the workspace's, then the command's
 * @param nofile the smaller soft and hard limit of descriptors, where no more than that is asked of it
 * @param rlimits by name; the smaller of both
 */
public record Asked(
        Namespaces namespaces,
        Optional<List<Long>> cpus,
        Optional<RunAs> runAs,
        List<Mounts> mounts,
        Optional<Long> nofile,
        Map<String, ResourceLimit> rlimits,
        Optional<Integer> nice) {

    /** Of a workspace alone. */
    public static Asked of(SomaSpec workspace) {
        return new Asked(
                workspace.namespaces(),
                workspace.cpuAffinity(),
                workspace.runAs(),
                Stream.of(workspace.mounts()).filter(Asked::any).toList(),
                workspace.rlimits().nofile(),
                Map.of(),
                Optional.empty());
    }

    /** Of a command in a workspace; where the two contradict each other the problems say so. */
    public static Asked of(SomaSpec workspace, CommandRef command, Problems problems) {
        SomaSpec own = command.soma();
        LaunchSpec launch = LaunchSpec.of(command, "", problems);
        Optional<Long> nofile =
                smaller(workspace.rlimits().nofile(), own.rlimits().nofile());
        Map<String, ResourceLimit> rlimits = new TreeMap<>(launch.rlimits());
        if (rlimits.containsKey("nofile") && nofile.isPresent()) {
            rlimits.computeIfPresent("nofile", (name, limit) -> limit.smaller(ResourceLimit.of(nofile.orElseThrow())));
        }
        Optional<List<Long>> cpus = common(workspace.cpuAffinity(), own.cpuAffinity(), problems);
        cpus.ifPresent(some -> {
            requireWithin(some, workspace, "its workspace", problems);
            requireWithin(some, own, "the command", problems);
        });
        return new Asked(
                either(workspace.namespaces(), own.namespaces()),
                cpus,
                identity(workspace.runAs(), own.runAs(), problems),
                Stream.of(workspace.mounts(), own.mounts()).filter(Asked::any).toList(),
                rlimits.containsKey("nofile") ? Optional.empty() : nofile,
                rlimits,
                launch.nice());
    }

    /** Nothing at all is asked for. */
    public boolean nothing() {
        return nothingBut() && nofile.isEmpty();
    }

    private boolean nothingBut() {
        boolean own = cpus.isPresent() || runAs.isPresent() || nice.isPresent();
        return !own && !any(namespaces) && mounts.isEmpty() && rlimits.isEmpty();
    }

    private static boolean any(Namespaces all) {
        return all.mount() || all.pid() || all.net() || all.uts() || all.ipc() || all.user() || all.cgroup();
    }

    private static boolean any(Mounts mounts) {
        return !(mounts.home() instanceof Mounts.Home.Inherit)
                || !mounts.binds().isEmpty()
                || !mounts.tmpfs().isEmpty()
                || mounts.hideHomeReal().isPresent();
    }

    private static Namespaces either(Namespaces a, Namespaces b) {
        return new Namespaces(
                a.mount() || b.mount(),
                a.pid() || b.pid(),
                a.net() || b.net(),
                a.uts() || b.uts(),
                a.ipc() || b.ipc(),
                a.user() || b.user(),
                a.cgroup() || b.cgroup(),
                Shape.NEW);
    }

    private static Optional<List<Long>> common(
            Optional<List<Long>> workspace, Optional<List<Long>> own, Problems problems) {
        if (workspace.isEmpty() || own.isEmpty()) {
            return workspace.or(() -> own);
        }
        List<Long> both = own.get().stream().filter(workspace.get()::contains).toList();
        if (both.isEmpty()) {
            problems.add(
                    "soma.cpu_affinity",
                    "names none of the processors that its workspace allows, which are " + workspace.get());
        }
        return Optional.of(both);
    }

    /** The kernel would refuse processors of which the group has none, in few words. */
    private static void requireWithin(List<Long> cpus, SomaSpec soma, String whose, Problems problems) {
        Optional<String> cpuset = GroupLimits.of(soma).cpuset();
        if (cpuset.isEmpty()) {
            return;
        }
        BitSet allowed = CpuList.parse(cpuset.get());
        if (cpus.stream().noneMatch(cpu -> allowed.get(cpu.intValue()))) {
            problems.add("soma.cpu_affinity", "names none of the cpuset of " + whose + ", which is " + cpuset.get());
        }
    }

    private static Optional<RunAs> identity(Optional<RunAs> workspace, Optional<RunAs> own, Problems problems) {
        if (workspace.isEmpty() || own.isEmpty()) {
            return workspace.or(() -> own);
        }
        RunAs a = workspace.get();
        RunAs b = own.get();
        boolean same =
                a.uid() == b.uid() && a.gid() == b.gid() && new HashSet<>(a.groups()).equals(new HashSet<>(b.groups()));
        if (!same) {
            problems.add(
                    "soma.run_as",
                    "is not the identity of its workspace, which is " + a.uid() + ":" + a.gid()
                            + " (leave it out, or use another workspace)");
        }
        return workspace;
    }

    private static Optional<Long> smaller(Optional<Long> a, Optional<Long> b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.or(() -> b);
        }
        return Optional.of(Math.min(a.get(), b.get()));
    }
}
