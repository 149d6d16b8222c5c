package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;

/** A variable of a command's environment; a list of two texts in JSON. */
public record EnvVar(String name, String value) {
    static List<EnvVar> decodeList(JsonNode node, String path, Problems problems) {
        List<EnvVar> list = new ArrayList<>();
        if (!node.isArray() && !node.isMissingNode()) {
            // Whatever stands there may be a secret.
            problems.add(path, "must be a list of pairs: name and value");
            return list;
        }
        for (JsonNode pair : Scalars.list(node, path, problems)) {
            String at = Problems.child(path, list.size());
            if (pair.isArray() && pair.size() == 2) {
                list.add(new EnvVar(text(pair, 0, at, problems), text(pair, 1, at, problems)));
            } else {
                problems.add(at, "must be a list of two texts: name and value");
                list.add(new EnvVar("", ""));
            }
        }
        return list;
    }

    /** What stands there instead is not told: it may be the value. */
    private static String text(JsonNode pair, int index, String path, Problems problems) {
        if (!pair.get(index).isTextual()) {
            problems.add(Problems.child(path, index), "must be text");
        }
        return pair.get(index).asText();
    }

    JsonNode encode() {
        return JsonNodeFactory.instance.arrayNode(2).add(name).add(value);
    }

    void check(String path, Problems problems) {
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            // What follows the sign is the value, most likely.
            String shown = name.isEmpty() ? name : name.substring(0, name.indexOf('=') + 1) + "…";
            problems.add(path, "must have a name without '=', not " + CardText.quoted(shown));
        }
        if (value.equals(EnvValues.HIDDEN)) {
            problems.add(path, EnvValues.WHY_NOT);
        }
        Ranges.noZero(name, path, problems);
        Ranges.noZero(value, path, problems);
    }
}
