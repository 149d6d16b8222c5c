package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Commands joined by pipes, as asked for.
 *
 * @param restartOnFailure whether it is supervised
 * @param restartBackoffMs delay before the first restart, in milliseconds; 0 is at once
 * @param restartMaxBackoffMs largest delay, in milliseconds
 * @param restartMax restarts since the last healthy time, 0 to 4,294,967,295; 0 is no limit
 */
public record PipelineSpec(
        String label,
        WorkspaceId workspace,
        List<CommandRef> nodes,
        List<Edge> edges,
        DiscernPolicy discern,
        boolean restartOnFailure,
        U64 restartBackoffMs,
        U64 restartMaxBackoffMs,
        long restartMax,
        Shape shape) {
    public static final U64 DEFAULT_BACKOFF_MS = U64.of(200);
    public static final U64 DEFAULT_MAX_BACKOFF_MS = U64.of(30_000);

    /** Stages of one pipeline that is to run. */
    public static final int MAX_STAGES = 1_000;

    public PipelineSpec {
        nodes = List.copyOf(nodes);
        edges = List.copyOf(edges);
    }

    /** A new pipeline without supervision. */
    public static PipelineSpec of(String label, WorkspaceId workspace, List<CommandRef> nodes, List<Edge> edges) {
        return new PipelineSpec(
                label,
                workspace,
                nodes,
                edges,
                DiscernPolicy.DEFAULT,
                false,
                DEFAULT_BACKOFF_MS,
                DEFAULT_MAX_BACKOFF_MS,
                0,
                Shape.NEW);
    }

    /** Reads what upstream reads: any label, any edge. */
    public static PipelineSpec decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        String label = in.text("label");
        WorkspaceId workspace = in.workspaceId("workspace");
        List<CommandRef> nodes = new ArrayList<>();
        for (JsonNode command : in.list("nodes")) {
            nodes.add(CommandRef.decode(command, Problems.child(in.at("nodes"), nodes.size()), problems));
        }
        List<Edge> edges = new ArrayList<>();
        for (JsonNode edge : in.optionalList("edges")) {
            edges.add(Edge.decode(edge, Problems.child(in.at("edges"), edges.size()), problems));
        }
        JsonNode discern = in.optional("discern");
        return new PipelineSpec(
                label,
                workspace,
                nodes,
                edges,
                discern == null ? DiscernPolicy.DEFAULT : DiscernPolicy.decode(discern, in.at("discern"), problems),
                in.flag("restart_on_failure", false),
                in.u64("restart_backoff_ms", DEFAULT_BACKOFF_MS),
                in.u64("restart_max_backoff_ms", DEFAULT_MAX_BACKOFF_MS),
                in.u32("restart_max", 0),
                in.shape());
    }

    public ObjectNode encode() {
        ArrayNode nodeList = JsonNodeFactory.instance.arrayNode();
        for (CommandRef node : nodes) {
            nodeList.add(node.encode());
        }
        ArrayNode edgeList = JsonNodeFactory.instance.arrayNode();
        for (Edge edge : edges) {
            edgeList.add(edge.encode());
        }
        return new FieldWriter(shape)
                .put("label", label)
                .put("workspace", workspace.text())
                .put("nodes", nodeList)
                .put("edges", edgeList, edges.isEmpty())
                .put("discern", discern.encode(), discern.equals(DiscernPolicy.DEFAULT))
                .put("restart_on_failure", restartOnFailure, false)
                .put("restart_backoff_ms", restartBackoffMs, DEFAULT_BACKOFF_MS)
                .put("restart_max_backoff_ms", restartMaxBackoffMs, DEFAULT_MAX_BACKOFF_MS)
                .put("restart_max", JsonNodeFactory.instance.numberNode(restartMax), restartMax == 0)
                .end();
    }

    /** All that is wrong with a card that is to run: with its form, and with what its form leaves to be judged. */
    public static Problems problems(JsonNode card) {
        Problems problems = new Problems();
        PipelineSpec spec = decode(card, "", problems);
        List<Problem> form = problems.list();
        boolean lists =
                form.stream().noneMatch(one -> Set.of("", "nodes", "edges").contains(one.path()));
        if (lists) {
            Problems sense = new Problems();
            spec.check(sense);
            // What stands in for something unreadable is not to be judged, nor is what is made of it.
            sense.list().stream()
                    .filter(one -> form.stream().noneMatch(other -> one.touches(other)))
                    .forEach(one -> problems.add(one.path(), one.message()));
        }
        return problems;
    }

    /** The rules for a pipeline that is to run; stricter than those for a file. */
    public void check(Problems problems) {
        if (nodes.isEmpty()) {
            problems.add("nodes", "is empty: a pipeline has at least one command");
        }
        if (nodes.size() > MAX_STAGES) {
            problems.add(
                    "nodes", "are " + nodes.size() + ", more than the " + MAX_STAGES + " that a pipeline may have");
        }
        Map<String, Integer> labels = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            CommandRef node = nodes.get(i);
            String path = Problems.child("nodes", i);
            node.check(path, problems);
            Integer first = labels.putIfAbsent(node.label(), i);
            if (first != null && !Ranges.isBlank(node.label())) {
                problems.add(
                        Problems.child(path, "label"),
                        "is taken by nodes[" + first + "]: " + CardText.quoted(node.label()));
            }
        }
        for (int i = 0; i < edges.size(); i++) {
            edges.get(i).check(Problems.child("edges", i), problems);
        }
        PipelineOptions.decode(shape.shipote(), Shape.OWN_KEY, problems);
        Graph.of(this).problems(problems);
    }

    /** Our options of it; what is wrong with them is replaced by the default and told by {@link #check}. */
    public PipelineOptions options() {
        return PipelineOptions.decode(shape.shipote(), "", new Problems());
    }

    /** The same with these options. */
    public PipelineSpec withOptions(PipelineOptions options) {
        return withShape(shape.withShipote(options.encode()));
    }

    public PipelineSpec withLabel(String changed) {
        return new PipelineSpec(
                changed,
                workspace,
                nodes,
                edges,
                discern,
                restartOnFailure,
                restartBackoffMs,
                restartMaxBackoffMs,
                restartMax,
                shape);
    }

    public PipelineSpec withWorkspace(WorkspaceId changed) {
        return new PipelineSpec(
                label,
                changed,
                nodes,
                edges,
                discern,
                restartOnFailure,
                restartBackoffMs,
                restartMaxBackoffMs,
                restartMax,
                shape);
    }

    public PipelineSpec withDiscern(DiscernPolicy changed) {
        return new PipelineSpec(
                label,
                workspace,
                nodes,
                edges,
                changed,
                restartOnFailure,
                restartBackoffMs,
                restartMaxBackoffMs,
                restartMax,
                shape);
    }

    /** The same with other supervision; the units are those of the components. */
    public PipelineSpec withRestart(boolean onFailure, U64 backoffMs, U64 maxBackoffMs, long max) {
        return new PipelineSpec(
                label, workspace, nodes, edges, discern, onFailure, backoffMs, maxBackoffMs, max, shape);
    }

    public PipelineSpec withShape(Shape changed) {
        return new PipelineSpec(
                label,
                workspace,
                nodes,
                edges,
                discern,
                restartOnFailure,
                restartBackoffMs,
                restartMaxBackoffMs,
                restartMax,
                changed);
    }
}
