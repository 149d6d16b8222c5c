package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How a command's process begins, beyond what upstream's card says. Stands in the command's object {@value
 * Shape#OWN_KEY}, beside keys of others.
 *
 * @param directory the working directory, absolute; key {@code cwd}
 * @param stdin the file that it reads from, absolute
 * @param envMode key {@code env_mode}
 * @param umask 0 to 0777; in JSON octal text
 * @param nice {@value #NICE_MIN} to {@value #NICE_MAX}, whatever the daemon's own is
 * @param rlimits by the names of {@code getrlimit(2)} in lower case without {@code RLIMIT_}
 * @param envFile a file of variables, absolute, read at each launch; what it says stands over the inherited environment
 *     and under the card's own variables; key {@code env_file}
 */
public record LaunchSpec(
        Optional<String> directory,
        Optional<String> stdin,
        EnvMode envMode,
        Optional<Integer> umask,
        Optional<Integer> nice,
        Map<String, ResourceLimit> rlimits,
        Optional<String> envFile) {
    public static final int NICE_MIN = -20;
    public static final int NICE_MAX = 19;

    /** All resources that {@code prlimit(1)} knows. */
    public static final List<String> RESOURCES = List.of(
            "as",
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    public static final LaunchSpec NONE = new LaunchSpec(
            Optional.empty(),
            Optional.empty(),
            EnvMode.INHERIT,
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            Optional.empty());

    private static final String MASK = "octal text from \"0\" to \"777\", such as \"027\"";
    private static final int OCTAL = 8;

    public LaunchSpec {
        rlimits = Map.copyOf(rlimits);
    }

    /** Of a command's card; what is wrong is added to the problems. */
    public static LaunchSpec of(CommandRef command, String path, Problems problems) {
        Optional<ObjectNode> own = command.shape().shipote();
        return own.isEmpty() ? NONE : decode(own.get(), Problems.child(path, Shape.OWN_KEY), problems);
    }

    /** The same of a card that was checked when it came in: what is wrong reads as if it were not there. */
    public static LaunchSpec of(CommandRef command) {
        return of(command, "", new Problems());
    }

    private static LaunchSpec decode(ObjectNode own, String path, Problems problems) {
        FieldReader in = new FieldReader(own, path, problems);
        LaunchSpec spec = new LaunchSpec(
                in.optionalText("cwd"),
                in.optionalText("stdin"),
                in.word("env_mode", EnvMode.values(), EnvMode.INHERIT),
                umask(in.nullable("umask"), in.at("umask"), problems),
                nice(in.nullable("nice"), in.at("nice"), problems),
                rlimits(in.nullable("rlimits"), in.at("rlimits"), problems),
                in.optionalText("env_file"));
        absolute(spec.directory, in.at("cwd"), problems);
        absolute(spec.stdin, in.at("stdin"), problems);
        absolute(spec.envFile, in.at("env_file"), problems);
        return spec;
    }

    private static void absolute(Optional<String> file, String path, Problems problems) {
        // What a template will fill in is looked at when it has.
        boolean open = file.isPresent() && file.get().startsWith(Template.OPEN);
        if (file.isPresent() && !open && !file.get().startsWith("/")) {
            problems.add(path, "must be an absolute path");
        }
    }

    private static Optional<Integer> umask(JsonNode node, String path, Problems problems) {
        if (node == null) {
            return Optional.empty();
        }
        if (!node.isTextual() || !node.textValue().matches("0?[0-7]{1,3}")) {
            Scalars.wrongType(MASK, node, path, problems);
            return Optional.empty();
        }
        return Optional.of(Integer.valueOf(node.textValue(), OCTAL));
    }

    private static Optional<Integer> nice(JsonNode node, String path, Problems problems) {
        if (node == null) {
            return Optional.empty();
        }
        if (!node.isIntegralNumber()
                || !node.canConvertToInt()
                || node.intValue() < NICE_MIN
                || node.intValue() > NICE_MAX) {
            Scalars.wrongType("a whole number from " + NICE_MIN + " to " + NICE_MAX, node, path, problems);
            return Optional.empty();
        }
        return Optional.of(node.intValue());
    }

    private static Map<String, ResourceLimit> rlimits(JsonNode node, String path, Problems problems) {
        Map<String, ResourceLimit> limits = new TreeMap<>();
        if (node == null) {
            return limits;
        }
        if (!node.isObject()) {
            Scalars.wrongType("an object", node, path, problems);
            return limits;
        }
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
            String at = Problems.child(path, entry.getKey());
            if (!RESOURCES.contains(entry.getKey())) {
                problems.add(at, "is no resource; there are " + String.join(", ", RESOURCES));
            } else {
                limits.put(entry.getKey(), ResourceLimit.decode(entry.getValue(), at, problems));
            }
        }
        return limits;
    }

    /** The same command with this in its card; keys of others stay. */
    public CommandRef in(CommandRef command) {
        Optional<ObjectNode> before = command.shape().shipote();
        ObjectNode own = before.isPresent() ? before.get().deepCopy() : JsonNodeFactory.instance.objectNode();
        put(own, "cwd", directory);
        put(own, "stdin", stdin);
        put(own, "env_file", envFile);
        put(own, "env_mode", envMode == EnvMode.INHERIT ? Optional.empty() : Optional.of(envMode.word()));
        put(own, "umask", umask.isEmpty() ? Optional.empty() : Optional.of(String.format("%03o", umask.get())));
        own.remove(List.of("nice", "rlimits"));
        if (nice.isPresent()) {
            own.put("nice", nice.get());
        }
        if (!rlimits.isEmpty()) {
            ObjectNode limits = own.putObject("rlimits");
            for (Map.Entry<String, ResourceLimit> limit : new TreeMap<>(rlimits).entrySet()) {
                limits.set(limit.getKey(), limit.getValue().encode());
            }
        }
        return command.withShape(command.shape().withShipote(own));
    }

    private static void put(ObjectNode own, String key, Optional<String> value) {
        if (value.isPresent()) {
            own.put(key, value.get());
        } else {
            own.remove(key);
        }
    }

    public LaunchSpec withDirectory(Optional<String> changed) {
        return new LaunchSpec(changed, stdin, envMode, umask, nice, rlimits, envFile);
    }
}
