package io.shipote.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * A key of TOML: names joined by points, bare or in quotes.
 *
 * @param end where the text goes on after the key and the blanks behind it
 */
record TomlKey(List<String> parts, int end) {
    /** The key that begins at a position; null if none does. */
    static TomlKey at(String line, int start) {
        List<String> parts = new ArrayList<>();
        int at = start;
        while (true) {
            at = blanks(line, at);
            int end = partEnd(line, at);
            if (end == at || end < 0) {
                return null;
            }
            boolean quoted = isQuote(line.charAt(at));
            parts.add(quoted ? line.substring(at + 1, end - 1) : line.substring(at, end));
            at = blanks(line, end);
            if (!line.startsWith(".", at)) {
                return new TomlKey(parts, at);
            }
            at++;
        }
    }

    private static int partEnd(String line, int start) {
        if (start < line.length() && isQuote(line.charAt(start))) {
            return line.indexOf(line.charAt(start), start + 1) + 1;
        }
        int end = start;
        while (end < line.length() && isBare(line.charAt(end))) {
            end++;
        }
        return end;
    }

    private static int blanks(String line, int start) {
        int at = start;
        while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }

    private static boolean isBare(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-';
    }
}
