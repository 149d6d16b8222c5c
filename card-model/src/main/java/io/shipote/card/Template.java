package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Replaces <code>${NAME}</code> in every text of a pipeline. Values are not looked at again; a name without a value stays
 * as it is and is reported. There is no escape.
 *
 * <p>A pipeline that declares its names takes no values for others, and demands those that are required; one that is
 * declared, not required and without a default stands for nothing.
 */
public final class Template {
    /** What a name begins with. */
    static final String OPEN = "${";

    private final Map<String, String> values;
    private final Set<String> unresolved = new LinkedHashSet<>();

    private Template(Map<String, String> values) {
        this.values = values;
    }

    /**
     * @param spec the pipeline with all values put in; it declares no names any more
     * @param unresolved the names that have no value, in the order found
     */
    public record Expanded(PipelineSpec spec, Set<String> unresolved) {}

    /** @throws io.shipote.card.wire.ShipoteException INVALID_SPEC if the values are not those that the spec declares */
    public static Expanded expand(PipelineSpec spec, Map<String, String> values) {
        Problems problems = new Problems();
        Template template = of(spec, values, problems);
        PipelineSpec expanded = template.expanded(spec, problems);
        problems.throwIfAny("the expanded pipeline");
        return new Expanded(expanded, template.unresolved);
    }

    /** The spec with all values put in; what is wrong with them is added to the problems. */
    public static PipelineSpec expand(PipelineSpec spec, Map<String, String> values, Problems problems) {
        return of(spec, values, problems).expanded(spec, problems);
    }

    private PipelineSpec expanded(PipelineSpec spec, Problems problems) {
        ObjectNode card = spec.encode();
        // What it declares is not to be filled in.
        JsonNode own = card.remove(Shape.OWN_KEY);
        ObjectNode filled = (ObjectNode) expand(card);
        if (own != null) {
            filled.set(Shape.OWN_KEY, own);
        }
        PipelineSpec expanded = PipelineSpec.decode(filled, "", problems);
        PipelineOptions options = spec.options();
        return options.vars().isEmpty() ? expanded : expanded.withOptions(options.withVars(Map.of()));
    }

    private static Template of(PipelineSpec spec, Map<String, String> given, Problems problems) {
        Map<String, TemplateVar> declared = spec.options().vars();
        if (declared.isEmpty()) {
            return new Template(given);
        }
        Map<String, String> values = new LinkedHashMap<>();
        declared.forEach((name, one) -> {
            if (!given.containsKey(name) && one.required() && one.fallback().isEmpty()) {
                problems.add(
                        Problems.child("vars", name),
                        "needs a value"
                                + one.description().map(text -> ": " + text).orElse(""));
            }
            values.put(name, one.fallback().orElse(""));
        });
        given.keySet().stream()
                .filter(name -> !declared.containsKey(name))
                .sorted()
                .forEach(name -> problems.add(
                        Problems.child("vars", name),
                        "is not declared; declared are " + String.join(", ", declared.keySet())));
        values.putAll(given);
        return new Template(values);
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
            object.set(field.getKey(), expand(field.getValue()));
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
