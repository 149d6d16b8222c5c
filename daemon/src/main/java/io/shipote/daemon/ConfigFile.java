package io.shipote.daemon;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code config.toml}; every complaint names file, line and column, both counted from 1. */
final class ConfigFile {
    private static final long MAX_BYTES = 1 << 20;
    private static final long MIN_SAMPLE_MS = 100;
    private static final long MAX_SAMPLE_MS = 3_600_000;
    private static final long MAX_CONNECTIONS = 10_000;
    private static final long MAX_UID = Integer.MAX_VALUE;
    private static final List<String> KEYS = List.of(
            "socket", "allow_uids", "cgroup_root", "on_stop", "sample_interval_ms", "log_level", "max_connections");

    private final Path file;
    private final String text;
    private final JsonNode tree;

    private ConfigFile(Path file, String text, JsonNode tree) {
        this.file = file;
        this.text = text;
        this.tree = tree;
    }

    /** The file's configuration; the defaults if there is no file, unless it was asked for by name. */
    static DaemonConfig read(Path file, boolean required) throws StartException {
        if (!required && !Files.exists(file)) {
            return DaemonConfig.defaults();
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new StartException(file + ": more than " + MAX_BYTES + " bytes: this is no configuration");
            }
            return parse(file, Files.readString(file));
        } catch (IOException e) {
            throw new StartException("cannot read the configuration " + file + ": " + e, e);
        }
    }

    static DaemonConfig parse(Path file, String text) throws StartException {
        try {
            JsonNode tree = new TomlMapper().readTree(text);
            return new ConfigFile(file, text, tree).config();
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String place = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
            throw new StartException(file + place + ": " + firstLine(e.getOriginalMessage()), e);
        }
    }

    private DaemonConfig config() throws StartException {
        List<String> present = new ArrayList<>();
        tree.fieldNames().forEachRemaining(present::add);
        for (String key : present) {
            if (!KEYS.contains(key)) {
                throw bad(key, "unknown key " + key + "; there are " + String.join(", ", KEYS));
            }
        }
        DaemonConfig other = DaemonConfig.defaults();
        return new DaemonConfig(
                absolutePath("socket").map(Path::of),
                uids(),
                absolutePath("cgroup_root"),
                word("on_stop", DaemonConfig.OnStop.values(), other.onStop()),
                Duration.ofMillis(number(
                        "sample_interval_ms",
                        MIN_SAMPLE_MS,
                        MAX_SAMPLE_MS,
                        other.sampleInterval().toMillis())),
                word("log_level", DaemonConfig.LogLevel.values(), other.logLevel()),
                (int) number("max_connections", 1, MAX_CONNECTIONS, other.maxConnections()));
    }

    private Optional<String> absolutePath(String key) throws StartException {
        Optional<String> value = string(key);
        if (value.isPresent() && !value.get().matches("/[^\\x00]*")) {
            throw bad(key, key + " must be an absolute path");
        }
        return value;
    }

    private Optional<String> string(String key) throws StartException {
        JsonNode value = tree.path(key);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw bad(key, key + " must be a string");
        }
        return Optional.of(value.textValue());
    }

    private long number(String key, long least, long most, long otherwise) throws StartException {
        JsonNode value = tree.path(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!inRange(value, least, most)) {
            throw bad(key, key + " must be a whole number from " + least + " to " + most);
        }
        return value.longValue();
    }

    private Set<Integer> uids() throws StartException {
        JsonNode value = tree.path("allow_uids");
        Set<Integer> uids = new LinkedHashSet<>();
        for (JsonNode uid : value) {
            if (!inRange(uid, 0, MAX_UID)) {
                throw bad("allow_uids", "allow_uids must be a list of user numbers, like [1000, 1001]");
            }
            uids.add(uid.intValue());
        }
        if (!value.isArray() && !value.isMissingNode()) {
            throw bad("allow_uids", "allow_uids must be a list of user numbers, like [1000, 1001]");
        }
        return uids;
    }

    private static boolean inRange(JsonNode value, long least, long most) {
        return value.isIntegralNumber()
                && value.canConvertToLong()
                && value.longValue() >= least
                && value.longValue() <= most;
    }

    private <E extends Enum<E>> E word(String key, E[] words, E otherwise) throws StartException {
        Optional<String> given = string(key);
        if (given.isEmpty()) {
            return otherwise;
        }
        for (E each : words) {
            if (lower(each).equals(given.get())) {
                return each;
            }
        }
        throw bad(
                key,
                key + " must be one of "
                        + String.join(
                                ", ",
                                Arrays.stream(words).map(ConfigFile::lower).toList()));
    }

    private static String lower(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    /** The parser's trees have no positions, so the key is looked up in the text: at a line's start, bare, quoted or as a table. */
    private StartException bad(String key, String reason) {
        Matcher found = Pattern.compile("(?m)^[ \\t\\[]*(([\"']?)" + Pattern.quote(key) + "\\2)[ \\t]*[=.\\]]")
                .matcher(text);
        int at = found.find() ? found.start(1) : 0;
        String before = text.substring(0, at);
        long line = before.chars().filter(c -> c == '\n').count() + 1;
        int column = at - before.lastIndexOf('\n');
        return new StartException(file + ":" + line + ":" + column + ": " + reason);
    }

    private static String firstLine(String message) {
        return message == null ? "not TOML" : message.lines().findFirst().orElse("not TOML");
    }
}
