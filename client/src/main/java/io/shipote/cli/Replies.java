package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;

/** What several verbs do with replies. */
final class Replies {
    /** Entries of a list that one reply holds, as asked for. */
    private static final int PAGE = 500;

    private Replies() {}

    /** One line on standard error for each thing that was not applied in full. */
    static void tellApplied(JsonNode applied, Console console) {
        for (JsonNode one : applied) {
            String outcome = one.path("outcome").asText("");
            if (!outcome.equals("applied")) {
                String why = one.path("why").asText("");
                String text = one.path("item").asText("") + ": " + outcome + (why.isEmpty() ? "" : ": " + why);
                console.complain(Table.printable(text));
            }
        }
    }

    /** Whether a stream has ended only because the daemon is being replaced: it can be asked for again at once. */
    static boolean isBrokenOff(ShipoteException e) {
        return e.code() == ErrorCode.BUSY
                && String.valueOf(e.fields().get("limit")).contains("upgrade");
    }

    /**
     * All pages of a list as one reply.
     *
     * @param key the list's key in the reply
     */
    static ObjectNode allPages(Invocation in, String method, ObjectNode parameters, String key) {
        ObjectNode whole = Invocation.parameters();
        ArrayNode all = whole.putArray(key);
        String after = null;
        do {
            ObjectNode page = parameters.deepCopy();
            page.put("limit", PAGE);
            if (after != null) {
                page.put("after", after);
            }
            ObjectNode reply = in.call(method, page);
            for (JsonNode entry : reply.path(key)) {
                all.add(entry);
            }
            if (reply.hasNonNull("pruned")) {
                whole.set("pruned", reply.get("pruned"));
            }
            after = reply.path("next").asText(null);
        } while (after != null);
        return whole;
    }

    /** The text of a key; null if it is absent or null. */
    static String text(JsonNode object, String key) {
        JsonNode value = object.get(key);
        return value == null || value.isNull() ? null : value.asText();
    }

    /** The text of a key, or another if it is absent or null. */
    static String or(JsonNode object, String key, String otherwise) {
        String text = text(object, key);
        return text == null ? otherwise : text;
    }

    /** How long ago a time in Unix milliseconds was; null if the key is absent. */
    static String since(JsonNode object, String key, long now) {
        JsonNode value = object.get(key);
        return value == null || value.isNull() ? null : Durations.human(now - value.asLong());
    }
}
