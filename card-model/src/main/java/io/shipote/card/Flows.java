package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The declared inputs and outputs of a command. */
public record Flows(List<Flow> input, List<Flow> output, Shape shape) {
    public static final Flows NONE = new Flows(List.of(), List.of(), Shape.NEW);

    public Flows {
        input = List.copyOf(input);
        output = List.copyOf(output);
    }

    public Flows(List<Flow> input, List<Flow> output) {
        this(input, output, Shape.NEW);
    }

    public static Flows decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        return new Flows(flows(in, "input", problems), flows(in, "output", problems), in.shape());
    }

    private static List<Flow> flows(FieldReader in, String key, Problems problems) {
        List<Flow> flows = new ArrayList<>();
        for (JsonNode flow : in.optionalList(key)) {
            flows.add(Flow.decode(flow, Problems.child(in.at(key), flows.size()), problems));
        }
        return flows;
    }

    public JsonNode encode() {
        return new FieldWriter(shape)
                .put("input", encode(input), input.isEmpty())
                .put("output", encode(output), output.isEmpty())
                .end();
    }

    private static ArrayNode encode(List<Flow> flows) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Flow flow : flows) {
            list.add(flow.encode());
        }
        return list;
    }

    void check(String path, Problems problems) {
        checkNames(input, Problems.child(path, "input"), problems);
        checkNames(output, Problems.child(path, "output"), problems);
    }

    private static void checkNames(List<Flow> flows, String path, Problems problems) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < flows.size(); i++) {
            if (!names.add(flows.get(i).name())) {
                String at = Problems.child(Problems.child(path, i), "name");
                problems.add(at, "is taken: " + CardText.quoted(flows.get(i).name()));
            }
        }
    }
}
