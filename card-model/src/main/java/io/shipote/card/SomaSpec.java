package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Optional;

/**
 * Isolation and limits of a command, or of all commands of a workspace.
 *
 * @param cpuAffinity numbers of the processors allowed; empty for all
 * @param runAs the identity; empty for the daemon's
 */
public record SomaSpec(
        Namespaces namespaces,
        RLimits rlimits,
        CgroupSpec cgroup,
        Optional<List<Long>> cpuAffinity,
        Optional<RunAs> runAs,
        Mounts mounts,
        Shape shape) {
    // The oldest dialect: files with these two keys cannot be read by every version of upstream's other tools.
    private static final SomaSpec NONE = new SomaSpec(
            Namespaces.NONE,
            RLimits.NONE,
            CgroupSpec.NONE,
            Optional.empty(),
            Optional.empty(),
            Mounts.NONE,
            Shape.without("run_as", "mounts"));

    public SomaSpec {
        if (cpuAffinity.isPresent()) {
            cpuAffinity = Optional.of(List.copyOf(cpuAffinity.get()));
        }
    }

    /** No isolation and no limits, in the oldest dialect: {@code run_as} and {@code mounts} are written when set. */
    public static SomaSpec none() {
        return NONE;
    }

    public static SomaSpec decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        Namespaces namespaces = Namespaces.decode(in.required("namespaces"), in.at("namespaces"), problems);
        RLimits rlimits = RLimits.decode(in.required("rlimits"), in.at("rlimits"), problems);
        CgroupSpec cgroup = CgroupSpec.decode(in.required("cgroup"), in.at("cgroup"), problems);
        JsonNode affinity = in.nullable("cpu_affinity");
        JsonNode runAs = in.nullable("run_as");
        JsonNode mounts = in.optional("mounts");
        Shape shape = in.shape();
        if (shape.shipote().isPresent()) {
            GroupLimits.decode(shape.shipote().get(), in.at(Shape.OWN_KEY), problems);
        }
        return new SomaSpec(
                namespaces,
                rlimits,
                cgroup,
                affinity == null
                        ? Optional.empty()
                        : Optional.of(Scalars.u32s(affinity, in.at("cpu_affinity"), problems)),
                runAs == null ? Optional.empty() : Optional.of(RunAs.decode(runAs, in.at("run_as"), problems)),
                mounts == null ? Mounts.NONE : Mounts.decode(mounts, in.at("mounts"), problems),
                shape);
    }

    public JsonNode encode() {
        JsonNode none = JsonNodeFactory.instance.nullNode();
        return new FieldWriter(shape)
                .put("namespaces", namespaces.encode())
                .put("rlimits", rlimits.encode())
                .put("cgroup", cgroup.encode())
                .put(
                        "cpu_affinity",
                        cpuAffinity.isEmpty() ? none : FieldWriter.numbers(cpuAffinity.get()),
                        cpuAffinity.isEmpty())
                .put("run_as", runAs.isEmpty() ? none : runAs.get().encode(), runAs.isEmpty())
                .put("mounts", mounts.encode(), mounts.equals(Mounts.NONE))
                .end();
    }

    void check(String path, Problems problems) {
        rlimits.check(Problems.child(path, "rlimits"), problems);
        cgroup.check(Problems.child(path, "cgroup"), problems);
        GroupLimits.of(this).check(Problems.child(path, Shape.OWN_KEY), problems);
        if (cpuAffinity.isPresent() && cpuAffinity.get().isEmpty()) {
            problems.add(Problems.child(path, "cpu_affinity"), "must name at least one processor");
        }
    }

    public SomaSpec withMemBytes(Optional<U64> memBytes) {
        return withRlimits(new RLimits(memBytes, rlimits.nproc(), rlimits.nofile(), rlimits.shape()));
    }

    public SomaSpec withNproc(Optional<Long> nproc) {
        return withRlimits(new RLimits(rlimits.memBytes(), nproc, rlimits.nofile(), rlimits.shape()));
    }

    public SomaSpec withNofile(Optional<Long> nofile) {
        return withRlimits(new RLimits(rlimits.memBytes(), rlimits.nproc(), nofile, rlimits.shape()));
    }

    public SomaSpec withCpuWeight(Optional<Long> weight) {
        return withCgroup(new CgroupSpec(cgroup.path(), weight, cgroup.ioWeight(), cgroup.shape()));
    }

    public SomaSpec withIoWeight(Optional<Long> weight) {
        return withCgroup(new CgroupSpec(cgroup.path(), cgroup.cpuWeight(), weight, cgroup.shape()));
    }

    public SomaSpec withCgroupPath(String path) {
        return withCgroup(new CgroupSpec(path, cgroup.cpuWeight(), cgroup.ioWeight(), cgroup.shape()));
    }

    public SomaSpec withNamespaces(Namespaces changed) {
        return new SomaSpec(changed, rlimits, cgroup, cpuAffinity, runAs, mounts, shape);
    }

    public SomaSpec withRlimits(RLimits changed) {
        return new SomaSpec(namespaces, changed, cgroup, cpuAffinity, runAs, mounts, shape);
    }

    public SomaSpec withCgroup(CgroupSpec changed) {
        return new SomaSpec(namespaces, rlimits, changed, cpuAffinity, runAs, mounts, shape);
    }

    public SomaSpec withCpuAffinity(Optional<List<Long>> changed) {
        return new SomaSpec(namespaces, rlimits, cgroup, changed, runAs, mounts, shape);
    }

    public SomaSpec withRunAs(Optional<RunAs> changed) {
        return new SomaSpec(namespaces, rlimits, cgroup, cpuAffinity, changed, mounts, shape);
    }

    public SomaSpec withMounts(Mounts changed) {
        return new SomaSpec(namespaces, rlimits, cgroup, cpuAffinity, runAs, changed, shape);
    }

    public SomaSpec withShape(Shape changed) {
        return new SomaSpec(namespaces, rlimits, cgroup, cpuAffinity, runAs, mounts, changed);
    }
}
