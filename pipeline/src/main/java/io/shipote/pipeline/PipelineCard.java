package io.shipote.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandId;
import io.shipote.card.PipelineId;
import io.shipote.card.PipelineOptions;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Shape;
import io.shipote.card.Supervision;
import io.shipote.card.snapshot.LivePipeline;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.core.Backoff;
import io.shipote.core.Ids;
import io.shipote.core.SupervisionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What identifies a pipeline over restarts of it and of the daemon. In the snapshot it is an entry of
 * {@code live_pipelines}, with {@code id} and {@code stages} in its object "shipote".
 *
 * @param stages the id of each stage, in the order of the nodes
 */
record PipelineCard(PipelineId id, PipelineSpec spec, boolean tap, List<CommandId> stages, Shape shape) {
    private static final String ID = "id";
    private static final String STAGES = "stages";

    static PipelineCard of(Ids ids, PipelineSpec spec, boolean tap) {
        return new PipelineCard(ids.pipeline(), spec, tap, newStages(ids, spec), Shape.NEW);
    }

    private static List<CommandId> newStages(Ids ids, PipelineSpec spec) {
        List<CommandId> stages = new ArrayList<>();
        spec.nodes().forEach(node -> stages.add(ids.command()));
        return List.copyOf(stages);
    }

    /** The card of a snapshot's entry; an entry that is not ours gets new ids. */
    static PipelineCard of(Ids ids, LivePipeline live) {
        Optional<ObjectNode> own = live.shape().shipote();
        List<CommandId> stages = new ArrayList<>();
        own.ifPresent(node -> node.path(STAGES).forEach(id -> stages.add(CommandId.parse(id.asText()))));
        PipelineId id = own.map(node -> node.path(ID))
                .filter(JsonNode::isTextual)
                .map(text -> PipelineId.parse(text.asText()))
                .orElseGet(ids::pipeline);
        boolean complete = stages.size() == live.spec().nodes().size();
        return new PipelineCard(
                id, live.spec(), live.tap(), complete ? stages : newStages(ids, live.spec()), live.shape());
    }

    /** The key of a snapshot's entry: its id if it has one of ours. */
    static Optional<String> key(LivePipeline live) {
        return live.shape()
                .shipote()
                .map(node -> node.path(ID))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText);
    }

    LivePipeline live() {
        ObjectNode own = shape.shipote().map(ObjectNode::deepCopy).orElseGet(JsonNodeFactory.instance::objectNode);
        own.put(ID, id.text());
        ArrayNode list = own.putArray(STAGES);
        stages.forEach(stage -> list.add(stage.text()));
        return new LivePipeline(spec.workspace(), spec, tap, shape.withShipote(own));
    }

    /** As an object, for the run record of its first stage. */
    ObjectNode encode() {
        return live().tree();
    }

    /** Whether stages are restarted by themselves. */
    boolean partial() {
        return spec.restartOnFailure() && spec.options().scope() != PipelineOptions.Scope.WHOLE;
    }

    /** The policy for one stage, if stages are restarted by themselves: its own delays stand before the pipeline's. */
    SupervisionPolicy policy(int stage) {
        SupervisionPolicy whole = policy();
        return spec.nodes().get(stage).supervision() instanceof Supervision.Restart own
                ? whole.with(
                        new Backoff(own.initialMs().saturated(), own.maxMs().saturated()))
                : whole;
    }

    SupervisionPolicy policy() {
        PipelineOptions options = spec.options();
        return new SupervisionPolicy(
                spec.restartOnFailure() ? RestartPolicy.Policy.ON_FAILURE : RestartPolicy.Policy.NEVER,
                new Backoff(
                        spec.restartBackoffMs().saturated(),
                        spec.restartMaxBackoffMs().saturated()),
                spec.restartMax(),
                RestartPolicy.OnUnknown.RESTART,
                options.giveUp() == PipelineOptions.GiveUp.SLOW,
                Duration.ofMillis(options.healthyMs()));
    }
}
