package io.shipote.card.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parameters and replies of the methods on pipelines; {@code XIn} and {@code XOut} belong to method X. */
public final class PipelineCalls {
    private PipelineCalls() {}

    public record RunPipelineIn(
            ObjectNode spec,
            Optional<String> workspace,
            Optional<Boolean> tap,
            Optional<Map<String, String>> vars,
            Optional<Boolean> strict) {}

    public record RunPipelineOut(String id, String state, List<StageStarted> stages, List<Applied> applied) {}

    public record ListPipelinesIn(
            Optional<String> workspace, Optional<Boolean> all, Optional<String> after, Optional<Long> limit) {}

    public record ListPipelinesOut(List<PipelineStatus> pipelines, Optional<String> next) {}

    public record ShowPipelineIn(
            String target, Optional<String> workspace, Optional<EdgeLook> discern, Optional<Boolean> showEnv) {
        /** Without the values of its environments. */
        public ShowPipelineIn(String target, Optional<String> workspace, Optional<EdgeLook> discern) {
            this(target, workspace, discern, Optional.empty());
        }
    }

    public record ShowPipelineOut(PipelineStatus pipeline, ObjectNode spec) {}

    public record StopPipelineIn(String target, Optional<String> workspace, Optional<Long> graceMs) {}

    public record StopPipelineOut(String id, String state, long ended) {}

    public record CheckPipelineIn(ObjectNode spec) {}

    public record CheckPipelineOut(List<SpecProblem> problems) {}

    public record SavePipelineIn(String name, ObjectNode spec, Optional<String> workspace, Optional<Boolean> replace) {}

    public record SavePipelineOut(String name, boolean replaced, Optional<Long> version) {}

    public record ListSavedPipelinesIn(Optional<String> after, Optional<Long> limit) {}

    public record ListSavedPipelinesOut(List<String> names, Optional<String> next) {}

    public record ShowSavedPipelineIn(String name, Optional<Long> version, Optional<Boolean> showEnv) {
        /** Without the values of its environments. */
        public ShowSavedPipelineIn(String name, Optional<Long> version) {
            this(name, version, Optional.empty());
        }
    }

    public record ShowSavedPipelineOut(
            String name, ObjectNode spec, Optional<Long> version, Optional<List<SavedVersion>> versions) {}

    public record DropSavedPipelineIn(String name) {}

    public record DropSavedPipelineOut(String name) {}

    public record RunSavedPipelineIn(
            String name,
            Optional<String> workspace,
            Optional<Boolean> tap,
            Optional<Map<String, String>> vars,
            Optional<Boolean> strict,
            Optional<Long> version) {}

    public record RunSavedPipelineOut(String id, String state, List<StageStarted> stages, List<Applied> applied) {}
}
