package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Names and values, one pair a line, the values in one column. */
final class Facts {
    private final List<String[]> pairs = new ArrayList<>();

    /** A null value is left out. */
    Facts put(String name, String value) {
        if (value != null) {
            pairs.add(new String[] {Table.printable(name), Table.printable(value)});
        }
        return this;
    }

    /** Ends with a line feed. */
    String text() {
        int width = 0;
        for (String[] pair : pairs) {
            width = Math.max(width, pair[0].length());
        }
        StringBuilder out = new StringBuilder();
        for (String[] pair : pairs) {
            out.append(pair[0]).append(':');
            for (int i = pair[0].length(); i <= width; i++) {
                out.append(' ');
            }
            out.append(' ').append(pair[1]).append('\n');
        }
        return out.toString();
    }

    /** The texts of a list in one. */
    static String joined(JsonNode list, String between) {
        StringBuilder out = new StringBuilder();
        for (JsonNode one : list) {
            out.append(out.length() == 0 ? "" : between).append(one.asText());
        }
        return out.toString();
    }
}
