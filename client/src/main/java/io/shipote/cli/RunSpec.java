package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The card of a command that is given on the command line. */
final class RunSpec {
    private static final String[] POLICIES = {"never", "on-failure", "always"};
    private static final String[] ON_UNKNOWN = {"restart", "hold"};

    private RunSpec() {}

    /**
     * @param environment the caller's, sent only when asked for
     * @param directory the caller's working directory
     */
    static ObjectNode of(Invocation in, Map<String, String> environment, String directory) {
        ObjectNode card = command(in.arguments(), directory);
        ArrayNode envp = (ArrayNode) card.at("/payload/Native/envp");
        if (in.has("inherit-env")) {
            for (Map.Entry<String, String> variable : environment.entrySet()) {
                envp.addArray().add(variable.getKey()).add(variable.getValue());
            }
        }
        for (String variable : in.values("env")) {
            int sign = variable.indexOf('=');
            if (sign <= 0) {
                throw new UsageException(
                        "--env is no K=V" + (sign < 0 ? ": " + variable : ", it has nothing before the ="));
            }
            envp.addArray().add(variable.substring(0, sign)).add(variable.substring(sign + 1));
        }
        ObjectNode own = (ObjectNode) card.get("shipote");
        Path here = Path.of(directory);
        if (in.value("cwd") != null) {
            own.put("cwd", here.resolve(in.value("cwd")).normalize().toString());
        }
        if (in.value("env-file") != null) {
            own.put("env_file", here.resolve(in.value("env-file")).normalize().toString());
        }
        if (in.value("stdin") != null) {
            own.put("stdin", here.resolve(in.value("stdin")).normalize().toString());
        }
        in.putText(own, "stop_signal", "stop-signal");
        put(own, "stop_grace_ms", in.duration("stop-grace"));
        if (in.has("detach-children")) {
            own.put("detached_children", true);
        }
        LaunchOptions.set(card, in);
        LimitFlags.change(card, in);
        return card;
    }

    /** A command with its program, arguments and working directory, and nothing else. */
    static ObjectNode command(List<String> words, String directory) {
        ObjectNode card = JsonNodeFactory.instance.objectNode();
        String exec = words.get(0);
        card.put("label", exec.substring(exec.lastIndexOf('/') + 1));
        ObjectNode program = card.putObject("payload").putObject("Native");
        program.put("exec", exec);
        ArrayNode argv = program.putArray("argv");
        for (int i = 1; i < words.size(); i++) {
            argv.add(words.get(i));
        }
        program.putArray("envp");
        card.putObject("shipote").put("cwd", directory);
        return card;
    }

    /** Sets {@code restart} if any option about restarts was given. */
    static void putRestart(ObjectNode parameters, Invocation in) {
        ObjectNode restart = JsonNodeFactory.instance.objectNode();
        String policy = oneOf("--restart", in.value("restart"), POLICIES);
        put(restart, "backoff_ms", in.duration("backoff"));
        put(restart, "max_backoff_ms", in.duration("max-backoff"));
        put(restart, "max", in.number("max-restarts"));
        String unknown = oneOf("--on-unknown", in.value("on-unknown"), ON_UNKNOWN);
        if (unknown != null) {
            restart.put("on_unknown", unknown);
        }
        if (policy == null && restart.isEmpty()) {
            return;
        }
        if (policy == null) {
            throw new UsageException("a delay or a limit of restarts needs --restart");
        }
        restart.put("policy", policy.replace('-', '_'));
        parameters.set("restart", restart);
    }

    private static void put(ObjectNode object, String key, Long value) {
        if (value != null) {
            object.put(key, value);
        }
    }

    private static String oneOf(String option, String given, String[] words) {
        if (given == null) {
            return null;
        }
        for (String word : words) {
            if (word.equals(given)) {
                return word;
            }
        }
        throw new UsageException(option + " must be one of " + String.join(", ", words) + ", not " + given);
    }
}
