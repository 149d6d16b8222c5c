package io.shipote.core.linux;

import io.shipote.card.CpuList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Limits of a group in the v2 tree; see the kernel's admin-guide/cgroup-v2. */
final class V2Limits {
    private static final String NO_LIMIT = "max";

    private final CgroupHost host;
    private final Path group;

    V2Limits(CgroupHost host, Path group) {
        this.host = host;
        this.group = group;
    }

    /** Writes a limit, or takes it away; empty when that is done, else why not. */
    Optional<String> set(Limit limit, Optional<String> value) {
        switch (limit) {
            case MEMORY_MAX:
                return write(limit, "memory.max", value.orElse(NO_LIMIT), value);
            case MEMORY_HIGH:
                return write(limit, "memory.high", value.orElse(NO_LIMIT), value);
            case SWAP_MAX:
                return write(limit, "memory.swap.max", value.orElse(NO_LIMIT), value);
            case PIDS_MAX:
                return write(limit, "pids.max", value.orElse(NO_LIMIT), value);
            case CPU_WEIGHT:
                return write(limit, "cpu.weight", value.orElse(Limit.NORMAL_WEIGHT), value);
            case CPU_QUOTA:
                String quota = value.map(Limit::quotaUsec).map(String::valueOf).orElse(NO_LIMIT);
                return write(limit, "cpu.max", quota + " " + Limit.PERIOD_USEC, value);
            case IO_WEIGHT:
                return ioWeight(value);
            case CPUSET:
                // An empty write does not reach the kernel; a line feed is what clears the list.
                return write(limit, "cpuset.cpus", value.orElse("\n"), value)
                        .or(() -> value.flatMap(this::notAllThere));
            default:
                throw new IllegalArgumentException(limit.name());
        }
    }

    private Optional<String> write(Limit limit, String name, String text, Optional<String> value) {
        Path file = group.resolve(name);
        if (Files.exists(file)) {
            return GroupDir.write(file, text).map(CgroupHost::notApplied);
        }
        return value.map(wanted -> whyNoFile(limit, name));
    }

    private String whyNoFile(Limit limit, String name) {
        if (!Files.isDirectory(group)) {
            return CgroupHost.notApplied("the group " + group + " has been removed");
        }
        return Files.exists(group.resolve(limit.controller() + ".stat"))
                        || Files.exists(group.resolve(limit.controller() + ".max"))
                ? CgroupHost.notApplied("this kernel has no " + name)
                : host.missing(limit.controller());
    }

    private Optional<String> ioWeight(Optional<String> value) {
        String weight = value.orElse(Limit.NORMAL_WEIGHT);
        if (!Files.exists(group.resolve("io.weight")) && Files.exists(group.resolve("io.bfq.weight"))) {
            return write(Limit.IO_WEIGHT, "io.bfq.weight", "default " + Limit.bfqWeight(weight), value);
        }
        return write(Limit.IO_WEIGHT, "io.weight", "default " + weight, value);
    }

    /** The kernel accepts processors that it does not have, or that a group above does not allow. */
    private Optional<String> notAllThere(String wanted) {
        try {
            List<String> effective = GroupDir.lines(group.resolve("cpuset.cpus.effective"));
            if (effective.isEmpty() || effective.get(0).isBlank()) {
                return Optional.empty();
            }
            BitSet missing = CpuList.parse(wanted);
            BitSet there = CpuList.parse(effective.get(0).trim());
            missing.andNot(there);
            return missing.isEmpty()
                    ? Optional.empty()
                    : Optional.of("of the processors " + wanted + " only " + effective.get(0) + " can be used");
        } catch (IOException e) {
            return Optional.of(CgroupHost.notApplied(String.valueOf(e.getMessage())));
        }
    }
}
