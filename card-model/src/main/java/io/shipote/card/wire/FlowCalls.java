package io.shipote.card.wire;

import java.util.List;
import java.util.Optional;

/** Parameters and replies of the methods on what flows through pipelines; {@code XIn} and {@code XOut} belong to method X. */
public final class FlowCalls {
    private FlowCalls() {}

    public record ListFlowsIn(
            Optional<String> target, Optional<String> workspace, Optional<String> after, Optional<Long> limit) {}

    public record ListFlowsOut(long atMs, List<FlowStatus> flows, Optional<String> next) {}

    public record TapPipelineIn(
            String target, Optional<String> workspace, String edge, Optional<Boolean> replay, Optional<Long> rate) {}

    public record TapPipelineOut(String id, long edge, String from, String to, boolean sampled) {}
}
