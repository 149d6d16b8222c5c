package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Replaces <code>${NAME}</code> in every text of a pipeline. Values are not looked at again; a name without a value stays
 * as it is and is reported. There is no escape.
 */
public final class Template {
    private static final String OPEN = "${";

    private final Map<String, String> values;
    private final Set<String> unresolved = new LinkedHashSet<>();

    private Template(Map<String, String> values) {
        this.values = values;
    }

    /**
     * @param spec the pipeline with all values put in
     * @param unresolved the names that have no value, in the order found
     */
    public record Expanded(PipelineSpec spec, Set<String> unresolved) {}

    public static Expanded expand(PipelineSpec spec, Map<String, String> values) {
        Template template = new Template(values);
        JsonNode tree = template.expand(spec.encode());
        Problems problems = new Problems();
        PipelineSpec expanded = PipelineSpec.decode(tree, "", problems);
        problems.throwIfAny("the expanded pipeline");
        return new Expanded(expanded, template.unresolved);
    }

    private JsonNode expand(JsonNode node) {
        if (node.isTextual()) {
            return JsonNodeFactory.instance.textNode(expand(node.textValue()));
        }
        if (node.isArray()) {
            ArrayNode list = JsonNodeFactory.instance.arrayNode(node.size());
            for (JsonNode element : node) {
                list.add(expand(element));
            }
            return list;
        }
        if (!node.isObject()) {
            return node;
        }
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            // Our own data holds no texts of the user.
            boolean own = field.getKey().equals(Shape.OWN_KEY);
            object.set(field.getKey(), own ? field.getValue() : expand(field.getValue()));
        }
        return object;
    }

    private String expand(String text) {
        int open = text.indexOf(OPEN);
        if (open < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        int from = 0;
        while (open >= 0) {
            int close = text.indexOf('}', open);
            if (close < 0) {
                break;
            }
            String name = text.substring(open + OPEN.length(), close);
            String value = values.get(name);
            if (value == null) {
                unresolved.add(name);
                value = text.substring(open, close + 1);
            }
            out.append(text, from, open).append(value);
            from = close + 1;
            open = text.indexOf(OPEN, from);
        }
        return out.append(text, from, text.length()).toString();
    }
}
