package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.EnvValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds where two trees differ. Objects in a list that have an {@code id} are matched by it, all else in a list by its
 * place. Values of environment variables are compared but never shown.
 */
final class TreeDiff {
    private final Set<String> ignored;
    private final List<Difference> found = new ArrayList<>();

    private TreeDiff(Set<String> ignored) {
        this.ignored = ignored;
    }

    /** @param ignored keys of the root that do not count */
    static List<Difference> between(JsonNode before, JsonNode after, Set<String> ignored) {
        TreeDiff diff = new TreeDiff(ignored);
        diff.compare("", before, after);
        return diff.found;
    }

    private void compare(String at, JsonNode before, JsonNode after) {
        if (before.equals(after)) {
            return;
        }
        if (at.endsWith("/" + EnvValues.KEY)) {
            environment(at, before, after);
        } else if (before.isObject() && after.isObject()) {
            objects(at, before, after);
        } else if (before.isArray() && after.isArray()) {
            lists(at, before, after);
        } else {
            add(at, before, after);
        }
    }

    private void objects(String at, JsonNode before, JsonNode after) {
        for (Map.Entry<String, JsonNode> field : before.properties()) {
            String key = field.getKey();
            if (!at.isEmpty() || !ignored.contains(key)) {
                present(at + "/" + escaped(key), field.getValue(), after.get(key));
            }
        }
        for (Map.Entry<String, JsonNode> field : after.properties()) {
            String key = field.getKey();
            if (!before.has(key) && (!at.isEmpty() || !ignored.contains(key))) {
                add(at + "/" + escaped(key), null, field.getValue());
            }
        }
    }

    private void present(String at, JsonNode before, JsonNode after) {
        if (after == null) {
            add(at, before, null);
        } else {
            compare(at, before, after);
        }
    }

    private void lists(String at, JsonNode before, JsonNode after) {
        Optional<Map<String, Integer>> old = byId(before);
        Optional<Map<String, Integer>> now = byId(after);
        if (old.isEmpty() || now.isEmpty()) {
            for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
                pair(at + "/" + i, before.get(i), after.get(i));
            }
            return;
        }
        for (Map.Entry<String, Integer> one : old.get().entrySet()) {
            Integer place = now.get().get(one.getKey());
            JsonNode left = before.get(one.getValue());
            pair(at + "/" + (place == null ? one.getValue() : place), left, place == null ? null : after.get(place));
        }
        for (Map.Entry<String, Integer> one : now.get().entrySet()) {
            if (!old.get().containsKey(one.getKey())) {
                add(at + "/" + one.getValue(), null, after.get(one.getValue()));
            }
        }
    }

    private void pair(String at, JsonNode before, JsonNode after) {
        if (before == null) {
            add(at, null, after);
        } else {
            present(at, before, after);
        }
    }

    /** The places of a list's objects by their ids; empty if one has none, or two have the same. */
    private static Optional<Map<String, Integer>> byId(JsonNode list) {
        Map<String, Integer> places = new LinkedHashMap<>();
        for (JsonNode element : list) {
            if (!element.path("id").isTextual()
                    || places.putIfAbsent(element.path("id").textValue(), places.size()) != null) {
                return Optional.empty();
            }
        }
        return Optional.of(places);
    }

    // By place, as a list; a variable moved is a change too, since the last of two of one name counts.
    private void environment(String at, JsonNode before, JsonNode after) {
        if (!before.isArray() || !after.isArray()) {
            add(at, before, after);
            return;
        }
        for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
            JsonNode old = before.get(i);
            JsonNode now = after.get(i);
            if (old == null || now == null || !old.equals(now)) {
                found.add(new Difference(
                        at + "/" + i,
                        Optional.ofNullable(old).map(EnvValues::variable),
                        Optional.ofNullable(now).map(EnvValues::variable)));
            }
        }
    }

    private void add(String at, JsonNode before, JsonNode after) {
        String key = at.substring(at.lastIndexOf('/') + 1);
        found.add(new Difference(
                at,
                Optional.ofNullable(before).map(value -> EnvValues.hidden(key, value)),
                Optional.ofNullable(after).map(value -> EnvValues.hidden(key, value))));
    }

    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
