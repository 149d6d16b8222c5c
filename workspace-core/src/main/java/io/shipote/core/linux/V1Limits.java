package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Limits of one group of v1 controllers, each of which has a tree of its own; see {@code cgroups(7)}. */
final class V1Limits {
    private static final long NORMAL_SHARES = 1024;
    private static final long MIN_SHARES = 2;
    private static final String CPUSET = "cpuset";
    private static final String CPUS = "cpuset.cpus";

    /** Where the group of a controller is, made if need be; or why there is none. */
    interface Groups {
        Optional<Path> find(String controller);

        /** Empty when it has been made, or was there. */
        Optional<String> make(String controller);
    }

    private final Groups groups;

    V1Limits(Groups groups) {
        this.groups = groups;
    }

    /** Writes a limit, or takes it away; empty when that is done, else why not. */
    Optional<String> set(Limit limit, Optional<String> value) {
        switch (limit) {
            case MEMORY_MAX:
                // EBUSY, see the kernel's document on the v1 memory controller.
                return write("memory", "memory.limit_in_bytes", value.orElse("-1"), value)
                        .map(why -> why.endsWith("busy")
                                ? CgroupHost.notApplied("more than that is in use and cannot be taken back")
                                : why);
            case MEMORY_HIGH:
                return value.map(v -> CgroupHost.notApplied("cgroup v1 has no limit of memory that slows down"));
            case SWAP_MAX:
                return value.map(v -> CgroupHost.notApplied("cgroup v1 limits swap only together with memory"));
            case PIDS_MAX:
                return write("pids", "pids.max", value.orElse("max"), value);
            case CPU_WEIGHT:
                return write("cpu", "cpu.shares", Long.toString(shares(value.orElse(Limit.NORMAL_WEIGHT))), value);
            case CPU_QUOTA:
                String quota = value.map(Limit::quotaUsec).map(String::valueOf).orElse("-1");
                return write("cpu", "cpu.cfs_quota_us", quota, value);
            case IO_WEIGHT:
                return ioWeight(value);
            case CPUSET:
                return cpuset(value);
            default:
                throw new IllegalArgumentException(limit.name());
        }
    }

    private static long shares(String weight) {
        return Math.max(MIN_SHARES, NORMAL_SHARES * Long.parseLong(weight) / Long.parseLong(Limit.NORMAL_WEIGHT));
    }

    private Optional<String> write(String controller, String name, String text, Optional<String> value) {
        if (value.isEmpty() && groups.find(controller).isEmpty()) {
            return Optional.empty();
        }
        return groups.make(controller)
                .or(() -> GroupDir.write(groups.find(controller).orElseThrow().resolve(name), text)
                        .map(CgroupHost::notApplied));
    }

    private Optional<String> ioWeight(Optional<String> value) {
        String weight = Limit.bfqWeight(value.orElse(Limit.NORMAL_WEIGHT));
        return write("blkio", "blkio.bfq.weight", weight, value)
                .map(why -> why.endsWith("is not there")
                        ? CgroupHost.notApplied("no disk here has a scheduler that knows weights (blkio.bfq.weight)")
                        : why);
    }

    private Optional<String> cpuset(Optional<String> value) {
        Optional<Path> group = groups.find(CPUSET);
        if (value.isPresent() || group.isEmpty()) {
            return write(CPUSET, CPUS, value.orElse(""), value);
        }
        try {
            return write(CPUSET, CPUS, Files.readString(group.get().resolveSibling(CPUS)), value);
        } catch (IOException e) {
            return Optional.of(CgroupHost.notApplied(String.valueOf(e.getMessage())));
        }
    }

    /** A group of cpuset takes no process until it has processors and memory nodes: those of the group above. */
    static void inherit(Path group) throws IOException {
        for (String name : List.of(CPUS, "cpuset.mems")) {
            Path file = group.resolve(name);
            if (Files.exists(file) && Files.readString(file).isBlank()) {
                String above = Files.readString(group.getParent().resolve(name)).trim();
                GroupDir.write(file, above);
            }
        }
    }
}
