package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/**
 * A name that the texts of a pipeline may hold as <code>${NAME}</code>.
 *
 * @param fallback what stands for it if no value is given; JSON key {@code default}
 * @param required whether a value must be given if there is no {@code default}; else it stands for nothing
 */
public record TemplateVar(Optional<String> fallback, boolean required, Optional<String> description) {
    /** Names of one pipeline. */
    public static final int MAX_VARS = 1_000;

    static TemplateVar decode(String name, JsonNode node, String path, Problems problems) {
        if (!isName(name)) {
            problems.add(path, "is no name: letters, digits and '_', not first a digit");
        }
        FieldReader in = new FieldReader(node, path, problems);
        TemplateVar decoded =
                new TemplateVar(in.optionalText("default"), in.flag("required", false), in.optionalText("description"));
        in.refuseUnknown();
        return decoded;
    }

    JsonNode encode() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        fallback.ifPresent(text -> node.put("default", text));
        if (required) {
            node.put("required", true);
        }
        description.ifPresent(text -> node.put("description", text));
        return node;
    }

    private static boolean isName(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_';
            boolean digit = c >= '0' && c <= '9' && i > 0;
            if (!letter && !digit) {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
