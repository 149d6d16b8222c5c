package io.shipote.card.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Parameters and replies of the methods on the daemon itself; {@code XIn} and {@code XOut} belong to method X. */
public final class DaemonCalls {
    private DaemonCalls() {}

    public record HealthIn() {}

    public record HealthOut(
            String version,
            long pid,
            long uptimeMs,
            String state,
            long workspaces,
            long commandsAlive,
            long pipelinesAlive,
            boolean dirty,
            String stateDirectory,
            String socket,
            long quarantined,
            Optional<List<String>> degraded,
            Optional<Long> diskFreeBytes) {}

    public record CapabilitiesIn() {}

    public record CapabilitiesOut(
            String kernel,
            long uid,
            String cgroup,
            Optional<String> cgroupRoot,
            List<String> controllers,
            List<String> notes,
            Optional<List<String>> settings) {}

    public record EventsIn(Optional<String> workspace) {}

    public record EventsOut(Event event, long lost) {}

    public record WhyIn(String target, Optional<String> workspace) {}

    public record WhyOut(String id, String state, List<String> lines) {}

    public record AuditIn(Optional<Long> tail, Optional<Boolean> follow) {}

    public record AuditOut(List<ObjectNode> lines) {}

    public record DiscernIn(String data, Optional<String> name, Optional<Boolean> fromStart, Optional<Boolean> whole) {}

    public record DiscernOut(Discernment discernment) {}

    public record TopIn(Optional<String> workspace, Optional<Long> limit) {}

    public record TopOut(
            long atMs, long cores, List<WorkspaceStatus> workspaces, List<RunUsage> runs, long runsAlive) {}

    public record PruneIn(Optional<String> workspace, Optional<Long> olderMs, Optional<Boolean> dryRun) {}

    public record PruneOut(List<PrunedJob> pruned, long prunedTotal) {}

    public record SaveSnapshotIn() {}

    public record SaveSnapshotOut(String path, boolean written) {}

    public record ImportSnapshotIn(
            List<ObjectNode> workspaces,
            Optional<List<ObjectNode>> savedPipelines,
            Optional<List<ObjectNode>> livePipelines,
            Optional<Boolean> dryRun,
            Optional<Boolean> start) {}

    public record ImportSnapshotOut(List<ImportedEntry> entries) {}

    public record UpgradeIn(Optional<String> java, Optional<List<String>> classPath, Optional<List<String>> jvmFlags) {}

    public record UpgradeOut(long pid, String version, String previous, long pausedMs) {}

    public record StopDaemonIn(Optional<Boolean> all, Optional<Long> graceMs) {}

    public record StopDaemonOut(long pid, long ended) {}
}
