package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.SomaSpec;

/** The options of {@code run} about how the process begins and what it is kept from. */
final class LaunchOptions {
    private static final String[] NAMESPACES = {"mount", "pid", "net", "uts", "ipc", "user", "cgroup"};

    private LaunchOptions() {}

    static void add(Flags flags) {
        flags.value("env-file", "FILE", "variables, NAME=VALUE in each line; read at each start, kept nowhere");
        flags.flag("clear-env", "only --env, SHIPOTE_* and a default PATH");
        flags.value("umask", "MODE", "file mode creation mask, octal");
        flags.value("nice", "N", "scheduling priority, -20 to 19");
        flags.value("rlimit", "NAME=SOFT[:HARD]", "a limit of getrlimit(2); may be repeated");
        flags.value("affinity", "LIST", "processors allowed, such as 0,1 or 0-3");
        flags.value("user", "USER[:GROUP]", "run as this user, by name or number");
        flags.value("namespaces", "LIST", "namespaces of its own, such as net,pid");
    }

    /** Sets what was given in a command's card. */
    static void set(ObjectNode card, Invocation in) {
        ObjectNode own = (ObjectNode) card.get("shipote");
        if (in.has("clear-env")) {
            if (in.has("inherit-env")) {
                throw new UsageException("--clear-env and --inherit-env exclude each other");
            }
            own.put("env_mode", "clear");
        }
        in.putText(own, "umask", "umask");
        if (in.value("nice") != null) {
            own.put("nice", integer(in.value("nice")));
        }
        for (String limit : in.values("rlimit")) {
            rlimit(own.withObject("/rlimits"), limit);
        }
        soma(card, in);
    }

    private static int integer(String text) {
        if (!text.matches("[+-]?[0-9]{1,2}")) {
            throw new UsageException("--nice is no number from -20 to 19: " + text);
        }
        return Integer.parseInt(text);
    }

    private static void rlimit(ObjectNode limits, String text) {
        int sign = text.indexOf('=');
        if (sign <= 0) {
            throw new UsageException("--rlimit is no NAME=SOFT[:HARD]: " + text);
        }
        String name = text.substring(0, sign);
        String value = text.substring(sign + 1);
        int colon = value.indexOf(':');
        if (colon < 0) {
            amount(limits.putArray(name), value);
            limits.set(name, limits.get(name).get(0));
        } else {
            ArrayNode both = limits.putArray(name);
            amount(both, value.substring(0, colon));
            amount(both, value.substring(colon + 1));
        }
    }

    private static void amount(ArrayNode list, String text) {
        if (text.equals("unlimited")) {
            list.add(text);
        } else {
            list.add(Sizes.parse("--rlimit", text));
        }
    }

    private static void soma(ObjectNode card, Invocation in) {
        if (in.value("affinity") == null && in.value("user") == null && in.value("namespaces") == null) {
            return;
        }
        ObjectNode soma = (ObjectNode) SomaSpec.none().encode();
        card.set("soma", soma);
        if (in.value("affinity") != null) {
            soma.set("cpu_affinity", WsCreate.processors("--affinity", in.value("affinity")));
        }
        if (in.value("user") != null) {
            soma.set("run_as", UserName.runAs(in.value("user")));
        }
        if (in.value("namespaces") != null) {
            namespaces((ObjectNode) soma.get("namespaces"), in.value("namespaces"));
        }
    }

    /** Sets the words of a list, separated by commas. */
    static void namespaces(ObjectNode all, String list) {
        for (String word : list.split(",")) {
            if (!all.has(word)) {
                throw new UsageException("--namespaces knows " + String.join(", ", NAMESPACES) + ", not " + word);
            }
            all.set(word, JsonNodeFactory.instance.booleanNode(true));
        }
    }
}
