package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;

/** Keeps the values of environment variables out of what is shown: they may be secrets. */
public final class EnvValues {
    /** What stands for a value. */
    public static final String HIDDEN = "<hidden>";

    /** The key of a list of variables, wherever in a card or snapshot it stands. */
    public static final String KEY = "envp";

    /** Why a card that was shown cannot be used. */
    public static final String WHY_NOT =
            "has " + HIDDEN + " for values of environment variables (show or export it with"
                    + " --show-env, or take it from where it came from)";

    private EnvValues() {}

    /** Whether something in the tree stands for a value and is not one. */
    public static boolean isHidden(JsonNode tree) {
        for (JsonNode list : tree.findValues(KEY)) {
            for (JsonNode pair : list) {
                if (pair.path(1).asText().equals(HIDDEN)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A copy of the card, or of whatever has cards in it, without the values. */
    public static ObjectNode hidden(ObjectNode tree) {
        return (ObjectNode) hidden("", tree);
    }

    /**
     * A copy without the values.
     *
     * @param key the key that the tree stands under; empty for none
     */
    public static JsonNode hidden(String key, JsonNode tree) {
        if (key.equals(KEY)) {
            return variables(tree);
        }
        if (tree.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode(tree.size());
            tree.forEach(one -> copy.add(hidden("", one)));
            return copy;
        }
        if (tree.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, JsonNode> field : tree.properties()) {
                copy.set(field.getKey(), hidden(field.getKey(), field.getValue()));
            }
            return copy;
        }
        return tree;
    }

    private static JsonNode variables(JsonNode list) {
        if (!list.isArray()) {
            return TextNode.valueOf(HIDDEN);
        }
        ArrayNode copy = JsonNodeFactory.instance.arrayNode(list.size());
        list.forEach(one -> copy.add(variable(one)));
        return copy;
    }

    /** One variable, a pair of name and value, without its value. */
    public static JsonNode variable(JsonNode pair) {
        if (!pair.isArray() || pair.size() != 2) {
            return TextNode.valueOf(HIDDEN);
        }
        return JsonNodeFactory.instance.arrayNode(2).add(pair.get(0)).add(HIDDEN);
    }
}
