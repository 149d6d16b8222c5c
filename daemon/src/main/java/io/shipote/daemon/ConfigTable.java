package io.shipote.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One table of {@code config.toml}, or its top: reads keys, and complains with file, line and column. */
final class ConfigTable {
    private final Path file;
    private final String text;
    private final String name;
    private final JsonNode tree;

    /** @param name of the table; empty for the top */
    private ConfigTable(Path file, String text, String name, JsonNode tree) {
        this.file = file;
        this.text = text;
        this.name = name;
        this.tree = tree;
    }

    /** The top of the file. */
    static ConfigTable top(Path file, String text, JsonNode tree) {
        return new ConfigTable(file, text, "", tree);
    }

    /** A table of the top; an empty one where the file has none. */
    ConfigTable table(String key) throws StartException {
        JsonNode value = tree.path(key);
        if (!value.isMissingNode() && !value.isObject()) {
            throw bad(key, key + " must be a table: [" + key + "] on a line of its own");
        }
        return new ConfigTable(file, text, key, value);
    }

    /** @throws StartException naming the first key that is none of these */
    ConfigTable only(List<String> known) throws StartException {
        List<String> present = new ArrayList<>();
        tree.fieldNames().forEachRemaining(present::add);
        for (String key : present) {
            if (!known.contains(key)) {
                throw bad(key, "unknown key " + full(key) + "; there are " + String.join(", ", known));
            }
        }
        return this;
    }

    /** Whether the file says nothing of it. */
    boolean empty() {
        return tree.isEmpty();
    }

    Optional<String> string(String key) throws StartException {
        JsonNode value = tree.path(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw bad(key, full(key) + " must be a string");
        }
        return Optional.of(value.textValue());
    }

    Optional<String> absolutePath(String key) throws StartException {
        Optional<String> value = string(key);
        if (value.isPresent() && !value.get().matches("/[^\\x00]*")) {
            throw bad(key, full(key) + " must be an absolute path");
        }
        return value;
    }

    long number(String key, long least, long most, long otherwise) throws StartException {
        JsonNode value = tree.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!inRange(value, least, most)) {
            throw bad(key, full(key) + " must be a whole number from " + least + " to " + most);
        }
        return value.longValue();
    }

    /** A number of this unit, or a string with a unit of its own. */
    long amount(String key, Amount unit, long least, long most, long otherwise) throws StartException {
        JsonNode value = tree.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        Optional<Long> read = value.isTextual()
                ? unit.parse(value.textValue())
                : inRange(value, 0, Long.MAX_VALUE) ? Optional.of(value.longValue()) : Optional.empty();
        if (read.isEmpty() || read.get() < least || read.get() > most) {
            throw bad(
                    key,
                    full(key) + " must be " + unit.form() + ", from " + unit.text(least) + " to " + unit.text(most));
        }
        return read.get();
    }

    Set<Integer> uids(String key) throws StartException {
        JsonNode value = tree.path(key);
        Set<Integer> uids = new LinkedHashSet<>();
        for (JsonNode uid : value) {
            if (!inRange(uid, 0, Integer.MAX_VALUE)) {
                throw bad(key, full(key) + " must be a list of user numbers, like [1000, 1001]");
            }
            uids.add(uid.intValue());
        }
        if (!value.isArray() && !value.isMissingNode()) {
            throw bad(key, full(key) + " must be a list of user numbers, like [1000, 1001]");
        }
        return uids;
    }

    <E extends Enum<E>> E word(String key, E[] words, E otherwise) throws StartException {
        Optional<String> given = string(key);
        if (given.isEmpty()) {
            return otherwise;
        }
        for (E each : words) {
            if (lower(each).equals(given.get())) {
                return each;
            }
        }
        List<String> all = Arrays.stream(words).map(ConfigTable::lower).toList();
        throw bad(key, full(key) + " must be one of " + String.join(", ", all));
    }

    private static boolean inRange(JsonNode value, long least, long most) {
        return value.isIntegralNumber()
                && value.canConvertToLong()
                && value.longValue() >= least
                && value.longValue() <= most;
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    private String full(String key) {
        return name.isEmpty() ? key : name + "." + key;
    }

    /** The parser's trees have no positions, so the key is looked up in the text, behind its table's head. */
    StartException bad(String key, String reason) {
        int from = name.isEmpty() ? 0 : find(name, "(?m)^[ \\t\\[]*", 0).orElse(0);
        String before = name.isEmpty() ? "(?m)^[ \\t\\[]*" : "(?m)(?:^[ \\t]*|[{,.][ \\t]*)";
        int at = find(key, before, from).orElse(from);
        String above = text.substring(0, at);
        long line = above.chars().filter(c -> c == '\n').count() + 1;
        int column = at - above.lastIndexOf('\n');
        return new StartException(file + ":" + line + ":" + column + ": " + reason);
    }

    /** Where the key stands, bare or quoted. */
    private Optional<Integer> find(String key, String before, int from) {
        Matcher found = Pattern.compile(before + "(([\"']?)" + Pattern.quote(key) + "\\2)[ \\t]*[=.\\]]")
                .matcher(text);
        return found.find(from) ? Optional.of(found.start(1)) : Optional.empty();
    }
}
