package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.SomaSpec;

/** The options for limits of a group, the same for a workspace and a command; {@code none} takes a limit away. */
final class LimitFlags {
    private static final String SIZE = "SIZE";
    private static final String COUNT = "N";
    private static final String PERCENT = "PERCENT";
    private static final String LIST = "CPUS";

    /** Option, key in the wire's Limits, object of the card that holds the key, kind of value, help, name for people. */
    private static final String[][] ROWS = {
        {"memory", "mem_bytes", "rlimits", SIZE, "memory limit, such as 256M", "memory limit"},
        {"memory-high", "mem_high", "shipote", SIZE, "memory above which it is slowed down", "memory high"},
        {"swap", "swap_max", "shipote", SIZE, "limit of swap space", "swap limit"},
        {"pids", "nproc", "rlimits", COUNT, "limit of processes and threads", "process limit"},
        {
            "cpu-quota",
            "cpu_quota",
            "shipote",
            PERCENT,
            "processor time, 150% being one and a half processors",
            "cpu quota"
        },
        {"cpu-weight", "cpu_weight", "cgroup", COUNT, "share of the processors, 1 to 10000", "cpu weight"},
        {"io-weight", "io_weight", "cgroup", COUNT, "share of the disks, 1 to 10000", "io weight"},
        {"cpuset", "cpuset", "shipote", LIST, "processors allowed, such as 0-3,8", "cpuset"},
    };

    private LimitFlags() {}

    static void add(Flags flags) {
        for (String[] row : ROWS) {
            flags.value(row[0], row[3], row[4] + "; or none");
        }
    }

    /** Sets what was given in the soma of a workspace's or a command's card; a soma is made if it is needed. */
    static void change(ObjectNode card, Invocation in) {
        for (String[] row : ROWS) {
            String text = in.value(row[0]);
            if (text == null) {
                continue;
            }
            ObjectNode holder = soma(card).withObject("/" + row[2]);
            if (isNone(text)) {
                holder.remove(row[1]);
            } else {
                put(holder, row, text);
            }
        }
    }

    /** The soma of a card; in full if it had none, as the card demands. */
    static ObjectNode soma(ObjectNode card) {
        if (!(card.get("soma") instanceof ObjectNode)) {
            card.set("soma", SomaSpec.none().encode());
        }
        return (ObjectNode) card.get("soma");
    }

    /** Sets {@code limits} and {@code clear} of a call; false if no limit was given. */
    static boolean put(ObjectNode parameters, Invocation in) {
        boolean any = false;
        for (String[] row : ROWS) {
            String text = in.value(row[0]);
            if (text == null) {
                continue;
            }
            any = true;
            if (isNone(text)) {
                parameters.withArray("/clear").add(row[1]);
            } else {
                put(parameters.withObject("/limits"), row, text);
            }
        }
        return any;
    }

    private static boolean isNone(String text) {
        return text.equals("none") || text.equals("max");
    }

    private static void put(ObjectNode object, String[] row, String text) {
        String option = "--" + row[0];
        switch (row[3]) {
            case SIZE:
                object.put(row[1], Sizes.parse(option, text));
                break;
            case PERCENT:
                object.put(
                        row[1], Sizes.count(option, text.endsWith("%") ? text.substring(0, text.length() - 1) : text));
                break;
            case LIST:
                object.put(row[1], text);
                break;
            default:
                object.put(row[1], Sizes.count(option, text));
        }
    }

    /** The limits in the soma of a card, those that are there. */
    static void tellCard(Facts facts, JsonNode card) {
        for (String[] row : ROWS) {
            tell(facts, row, card.path("soma").path(row[2]).path(row[1]));
        }
    }

    /** The limits in the wire's form, those that are there. */
    static void tell(Facts facts, JsonNode limits) {
        for (String[] row : ROWS) {
            tell(facts, row, limits.path(row[1]));
        }
    }

    private static void tell(Facts facts, String[] row, JsonNode value) {
        if (value.isTextual()) {
            facts.put(row[5], value.asText());
        } else if (value.isNumber()) {
            String number = row[3].equals(SIZE) ? Sizes.human(value.asLong()) : value.asText();
            facts.put(row[5], row[3].equals(PERCENT) ? number + "%" : number);
        }
    }
}
