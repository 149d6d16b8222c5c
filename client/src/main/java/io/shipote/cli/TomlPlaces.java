package io.shipote.cli;

import io.shipote.card.Problems;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the keys and tables of a TOML text stand. The TOML parser does not tell, so this looks at the lines: it finds keys
 * at the start of a line and the headings of tables; what stands within a line is found at that line's key.
 */
final class TomlPlaces {
    private final Map<String, SpecFile.Place> places = new HashMap<>();
    private final Map<String, Integer> elements = new HashMap<>();
    private String table = "";
    private String openString = "";

    private TomlPlaces() {}

    /** @param text TOML that was parsed without error */
    static Map<String, SpecFile.Place> of(byte[] text) {
        TomlPlaces found = new TomlPlaces();
        found.places.put("", new SpecFile.Place(1, 1));
        String[] lines = new String(text, StandardCharsets.UTF_8).split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            found.line(lines[i], i + 1);
        }
        return found.places;
    }

    private void line(String line, int number) {
        boolean within = !openString.isEmpty();
        follow(line);
        if (within) {
            return;
        }
        int start = 0;
        while (start < line.length() && Character.isWhitespace(line.charAt(start))) {
            start++;
        }
        SpecFile.Place place = new SpecFile.Place(number, start + 1);
        if (line.startsWith("[[", start)) {
            heading(line, start + 2, place, true);
        } else if (line.startsWith("[", start)) {
            heading(line, start + 1, place, false);
        } else {
            TomlKey key = TomlKey.at(line, start);
            if (key != null && line.startsWith("=", key.end())) {
                put(table, key.parts(), place);
            }
        }
    }

    private void heading(String line, int start, SpecFile.Place place, boolean element) {
        TomlKey key = TomlKey.at(line, start);
        if (key == null || !line.startsWith("]", key.end())) {
            return;
        }
        List<String> parts = key.parts();
        String path = "";
        for (int i = 0; i < parts.size(); i++) {
            path = Problems.child(path, parts.get(i));
            boolean last = i == parts.size() - 1;
            if (last && element) {
                elements.merge(path, 1, Integer::sum);
                places.putIfAbsent(path, place);
            }
            // A name on the way to a table means its newest element.
            if (elements.containsKey(path) && (!last || element)) {
                path = Problems.child(path, elements.get(path) - 1);
            }
        }
        table = path;
        places.putIfAbsent(path, place);
    }

    private void put(String base, List<String> parts, SpecFile.Place place) {
        String path = base;
        for (String part : parts) {
            path = Problems.child(path, part);
            places.putIfAbsent(path, place);
        }
    }

    /** Notes whether a string of several lines is open at the end of the line. */
    private void follow(String line) {
        int at = 0;
        while (at < line.length()) {
            if (openString.isEmpty()) {
                int basic = line.indexOf("\"\"\"", at);
                int literal = line.indexOf("'''", at);
                if (basic < 0 && literal < 0) {
                    return;
                }
                boolean first = literal < 0 || basic >= 0 && basic < literal;
                openString = first ? "\"\"\"" : "'''";
                at = (first ? basic : literal) + 3;
            } else {
                int close = line.indexOf(openString, at);
                if (close < 0) {
                    return;
                }
                openString = "";
                at = close + 3;
            }
        }
    }
}
