package io.shipote.cli;

import org.apache.commons.cli.Option;

/** The texts of {@code --help}. */
final class Help {
    private static final int SUMMARY_COLUMN = 22;
    private static final int OPTION_COLUMN = 28;

    private Help() {}

    /** All verbs, or those of a group, one line each. */
    static String overview(String group) {
        StringBuilder out = new StringBuilder("Usage: shipote [--socket PATH] [--json] [--no-start] ");
        out.append(group.isEmpty() ? "VERB" : group + " VERB").append(" …\n\n");
        for (String name : Verbs.names()) {
            if (group.isEmpty() || name.startsWith(group + " ")) {
                line(out, name, Verbs.find(name).summary(), SUMMARY_COLUMN);
            }
        }
        if (group.isEmpty()) {
            out.append("\nTARGET is an id, a label or name, or the first 6 or more characters of an id.\n")
                    .append("Exit status: 0 ok, 1 failed, 2 usage, 3 no daemon, 4 not found, 5 wrong state, exists or")
                    .append(" ambiguous,\n6 busy or limit, 7 denied, 70 internal. With a command's status (run --wait,")
                    .append(
                            " wait, pipeline run --wait):\nits own (128 + signal), 125 shipote failed or status unknown,")
                    .append(" 126 not executable, 127 not found.\n");
        }
        return out.append("\nMore: shipote help VERB, or shipote VERB --help\n").toString();
    }

    /** One verb with its options. */
    static String of(String name, Verb verb) {
        Flags flags = new Flags();
        verb.options(flags);
        flags.global();
        StringBuilder out = new StringBuilder("Usage: shipote ").append(name).append(" [options]");
        if (!verb.arguments().isEmpty()) {
            out.append(' ').append(verb.arguments());
        }
        out.append("\n\n").append(sentence(verb.summary())).append("\n\n");
        for (Option option : flags.all().getOptions()) {
            String letter = option.getOpt() == null ? "    " : "-" + option.getOpt() + ", ";
            String value = option.hasArg() ? " " + option.getArgName() : "";
            line(out, letter + "--" + option.getLongOpt() + value, option.getDescription(), OPTION_COLUMN);
        }
        return out.toString();
    }

    private static String sentence(String summary) {
        return Character.toUpperCase(summary.charAt(0)) + summary.substring(1) + ".";
    }

    private static void line(StringBuilder out, String left, String right, int column) {
        out.append("  ").append(left);
        for (int i = left.length(); i < column; i++) {
            out.append(' ');
        }
        out.append("  ").append(right).append('\n');
    }
}
