package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Map;

/**
 * A value of a sealed type as it stands in JSON: the bare word of a variant without content, or an object whose one key is
 * the variant's word.
 *
 * @param tag the variant's word; empty if the value was of another form, which is then a problem already told
 * @param content the value under the word; missing for a bare word
 */
record Variant(String tag, JsonNode content) {
    private static final Variant NONE = new Variant("", MissingNode.getInstance());

    static Variant of(JsonNode node, String words, String path, Problems problems) {
        if (node.isTextual()) {
            return new Variant(node.textValue(), MissingNode.getInstance());
        }
        if (node.isObject() && node.size() == 1) {
            Map.Entry<String, JsonNode> only = node.properties().iterator().next();
            return new Variant(only.getKey(), only.getValue());
        }
        Scalars.wrongType(words + " (a word, or an object of one key)", node, path, problems);
        return NONE;
    }

    /** Whether this is the variant without content; also read from an object with null under the word. */
    boolean isBare(String word) {
        return tag.equals(word) && (content.isMissingNode() || content.isNull());
    }

    boolean has(String word) {
        return tag.equals(word) && !content.isMissingNode();
    }

    /** Tells that this is none of the words. */
    void unknown(String words, String path, Problems problems) {
        if (this != NONE) {
            problems.add(path, "must be " + words + ", not " + CardText.quoted(tag));
        }
    }
}
