package io.shipote.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/** The options of one verb, and the global ones, which every verb takes. */
final class Flags {
    static final String SOCKET = "socket";
    static final String JSON = "json";
    static final String NO_START = "no-start";
    static final String HELP = "help";
    static final String SHOW_ENV = "show-env";

    private final Options options = new Options();

    /** An option without a value. */
    Flags flag(String name, String description) {
        options.addOption(null, name, false, description);
        return this;
    }

    /** An option without a value that has a letter too. */
    Flags flag(String letter, String name, String description) {
        options.addOption(letter, name, false, description);
        return this;
    }

    /** An option with a value. */
    Flags value(String name, String valueName, String description) {
        return add(null, name, valueName, description);
    }

    /** An option with a value that has a letter too. */
    Flags value(String letter, String name, String valueName, String description) {
        return add(letter, name, valueName, description);
    }

    /** {@code -w WS}: where names are looked up. */
    Flags workspace(String description) {
        return add("w", "workspace", "WS", description);
    }

    /** {@code --grace TIME}: how long what is stopped may take. */
    Flags grace() {
        return value("grace", "TIME", "time between the polite and the hard signal");
    }

    /** {@code --show-env}: what is shown has the values of environments in it. */
    Flags showEnv() {
        return flag(SHOW_ENV, "with the values of environment variables, which may be secrets");
    }

    private Flags add(String letter, String name, String valueName, String description) {
        Option option = new Option(letter, name, true, description);
        option.setArgName(valueName);
        options.addOption(option);
        return this;
    }

    /** The options that every verb takes, last in its list. */
    Flags global() {
        value(SOCKET, "PATH", "the daemon's socket");
        flag(JSON, "print JSON");
        flag(NO_START, "do not start a daemon when none runs");
        flag("h", HELP, "explain this verb");
        return this;
    }

    Options all() {
        return options;
    }

    /**
     * @param commandFollows whether the first argument ends the options
     * @throws UsageException on an unknown option or a missing value
     */
    Given parse(String[] words, boolean commandFollows) {
        CommandLine line;
        try {
            // Abbreviated options would become ambiguous with every new one; values keep their quotes.
            line = DefaultParser.builder()
                    .setAllowPartialMatching(false)
                    .setStripLeadingAndTrailingQuotes(false)
                    .get()
                    .parse(options, words, commandFollows);
        } catch (ParseException e) {
            throw new UsageException(e.getMessage());
        }
        if (commandFollows) {
            requireNoUnknown(words, line.getArgList().size());
        }
        // Asking the parser's result for an option would start with loading half of the streams library.
        Map<String, List<String>> values = new HashMap<>();
        for (Option option : line.getOptions()) {
            List<String> known = values.get(option.getLongOpt());
            if (known == null) {
                known = new ArrayList<>();
                values.put(option.getLongOpt(), known);
            }
            known.addAll(option.getValuesList());
        }
        return new Given(values, line.getArgList());
    }

    // The parser takes an unknown option for the command when a command may follow.
    private static void requireNoUnknown(String[] words, int left) {
        int first = words.length - left;
        if (left > 0 && words[first].startsWith("-") && (first == 0 || !words[first - 1].equals("--"))) {
            throw new UsageException("Unrecognized option: " + words[first]);
        }
    }
}
