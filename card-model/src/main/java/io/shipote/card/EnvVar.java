package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;

/** A variable of a command's environment; a list of two texts in JSON. */
public record EnvVar(String name, String value) {
    static List<EnvVar> decodeList(JsonNode node, String path, Problems problems) {
        List<EnvVar> list = new ArrayList<>();
        for (JsonNode pair : Scalars.list(node, path, problems)) {
            String at = Problems.child(path, list.size());
            if (pair.isArray() && pair.size() == 2) {
                list.add(new EnvVar(
                        Scalars.text(pair.get(0), Problems.child(at, 0), problems),
                        Scalars.text(pair.get(1), Problems.child(at, 1), problems)));
            } else {
                problems.add(at, "must be a list of two texts: name and value");
                list.add(new EnvVar("", ""));
            }
        }
        return list;
    }

    JsonNode encode() {
        return JsonNodeFactory.instance.arrayNode(2).add(name).add(value);
    }

    void check(String path, Problems problems) {
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            problems.add(path, "must have a name without '=', not " + CardText.quoted(name));
        }
        Ranges.noZero(name, path, problems);
        Ranges.noZero(value, path, problems);
    }
}
