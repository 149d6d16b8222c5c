package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the memory controller says of kills for want of memory in one group: of a run's own where there is one (v2),
 * else of its workspace (v1). See {@code Documentation/admin-guide/cgroup-v2.rst}, memory.events, and
 * {@code cgroup-v1/memory.rst}, memory.oom_control. For blocking threads; immutable.
 */
public final class OomFiles {
    /** What v1 says when there is no limit: the largest number of whole pages. */
    private static final long NO_LIMIT = Long.MAX_VALUE / 4096 * 4096;

    private final Path group;
    private final boolean v2;

    private OomFiles(Path group, boolean v2) {
        this.group = group;
        this.v2 = v2;
    }

    /** Empty where no group of the run counts such kills. */
    public static Optional<OomFiles> of(RunGroup run) {
        for (Path procs : run.procsFiles()) {
            Path shared = procs.getParent();
            // Of one that was adopted only the shared one is known.
            Path own = shared.resolve(run.runId());
            Path group = Files.isDirectory(own) ? own : shared;
            if (Files.exists(group.resolve("memory.events"))) {
                return Optional.of(new OomFiles(group, true));
            }
            if (Files.exists(group.resolve("memory.oom_control"))) {
                return Optional.of(new OomFiles(group, false));
            }
        }
        return Optional.empty();
    }

    /** What the counter belongs to. */
    public Path group() {
        return group;
    }

    /** How many processes of the group the kernel has killed; 0 when the kernel does not count (v1 before 4.13). */
    public long kills() throws IOException {
        String file = v2 ? "memory.events" : "memory.oom_control";
        return GroupDir.lines(group.resolve(file)).stream()
                .filter(line -> line.startsWith("oom_kill "))
                .mapToLong(line -> Long.parseLong(line.substring("oom_kill ".length())))
                .findFirst()
                .orElse(0);
    }

    /** The most bytes that the group ever used. */
    public Optional<Long> peakBytes() throws IOException {
        return number(group.resolve(v2 ? "memory.peak" : "memory.max_usage_in_bytes"));
    }

    /** The bytes that the group may use: the smallest limit of it and all above it. */
    public Optional<Long> limitBytes() throws IOException {
        if (!v2) {
            return GroupDir.lines(group.resolve("memory.stat")).stream()
                    .filter(line -> line.startsWith("hierarchical_memory_limit "))
                    .map(line -> Long.parseLong(line.substring("hierarchical_memory_limit ".length())))
                    .filter(bytes -> bytes < NO_LIMIT)
                    .findFirst();
        }
        Optional<Long> least = Optional.empty();
        for (Path at = group; Files.exists(at.resolve("memory.max")); at = at.getParent()) {
            Optional<Long> here = number(at.resolve("memory.max"));
            if (here.isPresent() && here.get() < least.orElse(Long.MAX_VALUE)) {
                least = here;
            }
        }
        return least;
    }

    /** Empty for {@code max}, and where the file is not there. */
    private static Optional<Long> number(Path file) throws IOException {
        return GroupDir.lines(file).stream()
                .filter(line -> line.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .findFirst();
    }
}
