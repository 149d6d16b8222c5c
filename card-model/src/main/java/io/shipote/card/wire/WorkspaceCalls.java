package io.shipote.card.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Parameters and replies of the methods on workspaces; {@code XIn} and {@code XOut} belong to method X. */
public final class WorkspaceCalls {
    private WorkspaceCalls() {}

    public record CreateWorkspaceIn(ObjectNode spec, Optional<Boolean> strict) {}

    public record CreateWorkspaceOut(String id, String state, List<Applied> applied) {}

    public record ListWorkspacesIn(Optional<String> after, Optional<Long> limit) {}

    public record ListWorkspacesOut(List<WorkspaceStatus> workspaces, Optional<String> next) {}

    public record ShowWorkspaceIn(String target) {}

    public record ShowWorkspaceOut(
            WorkspaceStatus workspace,
            ObjectNode spec,
            List<Applied> applied,
            List<CommandStatus> commands,
            List<PipelineStatus> pipelines) {}

    public record SetWorkspaceIn(
            String target,
            Optional<Long> ttlMs,
            Optional<Boolean> clearTtl,
            Optional<Limits> limits,
            Optional<List<String>> clear) {
        /** Changes the time to live only. */
        public SetWorkspaceIn(String target, Optional<Long> ttlMs, Optional<Boolean> clearTtl) {
            this(target, ttlMs, clearTtl, Optional.empty(), Optional.empty());
        }
    }

    public record SetWorkspaceOut(
            String id, String state, Optional<Long> deadlineMs, Optional<List<Applied>> applied) {}

    public record StopWorkspaceIn(String target, Optional<Long> graceMs) {}

    public record StopWorkspaceOut(String id, String state, long ended) {}

    public record PauseWorkspaceIn(String target) {}

    public record PauseWorkspaceOut(String id, String state, long paused, String how) {}

    public record ResumeWorkspaceIn(String target) {}

    public record ResumeWorkspaceOut(String id, String state, long resumed) {}

    public record DeleteWorkspaceIn(String target, Optional<Long> graceMs) {}

    public record DeleteWorkspaceOut(String id, String state, long ended) {}

    public record WorkspaceStatsIn(String target, Optional<Long> tail, Optional<String> tier, Optional<Long> sinceMs) {}

    public record WorkspaceStatsOut(
            String id, String label, List<ObjectNode> samples, Optional<String> tier, Optional<Long> intervalMs) {}

    public record WorkspaceQuotaIn(String target) {}

    public record WorkspaceQuotaOut(
            String id,
            Optional<com.fasterxml.jackson.databind.JsonNode> memLimit,
            Optional<Long> nprocLimit,
            String memEnforce,
            String nprocEnforce,
            List<String> breaches,
            Optional<Limits> limits,
            Optional<Long> memUsed,
            Optional<Long> nprocUsed,
            Optional<String> memBy,
            Optional<String> nprocBy,
            Optional<Long> breachCount,
            Optional<List<QuotaBreach>> breachLog) {}
}
