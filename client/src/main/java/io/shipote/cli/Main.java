package io.shipote.cli;

import io.shipote.client.Locations;
import java.util.Arrays;

/** The command line {@code shipote}. Its start is part of every use: nothing here loads what the verb does not need. */
public final class Main {
    private final Console console;
    private final Locations locations;
    private String socket;
    private boolean json;
    private boolean noStart;

    Main(Console console, Locations locations) {
        this.console = console;
        this.locations = locations;
    }

    public static void main(String[] words) {
        System.exit(new Main(Console.ofProcess(), Locations.ofProcess()).run(words));
    }

    /** @return the exit status */
    int run(String[] words) {
        try {
            for (String word : words) {
                Readable.require(word);
            }
            return dispatch(words);
        } catch (RuntimeException e) {
            Failures.report(e, console, "");
            return Failures.status(e, false);
        }
    }

    private int dispatch(String[] words) {
        int at = globals(words);
        if (at < 0) {
            return 0;
        }
        if (at == words.length) {
            throw new UsageException("which verb");
        }
        if (words[at].equals("help")) {
            return dispatch(asked(Arrays.copyOfRange(words, at + 1, words.length)));
        }
        String noun = words[at].equals("workspace") ? "ws" : words[at];
        int next = at + 1;
        String name = noun;
        if (Verbs.isGroup(noun)) {
            if (next == words.length) {
                throw new UsageException("which verb of " + noun + ": " + Verbs.ofGroup(noun));
            }
            if (isHelp(words[next])) {
                console.text(Help.overview(noun));
                return 0;
            }
            name = noun + " " + words[next++];
        }
        Verb verb = Verbs.find(name);
        if (verb == null) {
            throw new UsageException("there is no verb '" + Table.printable(name) + "'");
        }
        return invoke(name, verb, Arrays.copyOfRange(words, next, words.length));
    }

    /** {@code help VERB} is {@code VERB --help}; of further words of a verb nothing is asked. */
    private static String[] asked(String[] verb) {
        boolean group = verb.length > 0 && (Verbs.isGroup(verb[0]) || verb[0].equals("workspace"));
        String[] words = Arrays.copyOf(verb, Math.min(verb.length, group ? 2 : 1) + 1);
        words[words.length - 1] = "--help";
        return words;
    }

    /** Reads the options before the verb; returns where it is, or -1 if all is done. */
    private int globals(String[] words) {
        int at = 0;
        while (at < words.length && words[at].startsWith("-")) {
            String word = words[at++];
            if (word.equals("--json")) {
                json = true;
            } else if (word.equals("--no-start")) {
                noStart = true;
            } else if (word.startsWith("--socket=")) {
                socket = word.substring("--socket=".length());
            } else if (word.equals("--socket")) {
                if (at == words.length) {
                    throw new UsageException("Missing argument for option: socket");
                }
                socket = words[at++];
            } else if (isHelp(word)) {
                console.text(Help.overview(""));
                return -1;
            } else if (word.equals("--version")) {
                console.line("shipote " + Version.text());
                return -1;
            } else {
                throw new UsageException("Unrecognized option: " + Table.printable(word));
            }
        }
        return at;
    }

    private static boolean isHelp(String word) {
        return word.equals("--help") || word.equals("-h");
    }

    private int invoke(String name, Verb verb, String[] words) {
        Invocation in = null;
        Session session = null;
        try {
            Given given = given(verb, words);
            if (given.has(Flags.HELP)) {
                console.text(Help.of(name, verb));
                return 0;
            }
            String where = given.has(Flags.SOCKET) ? given.value(Flags.SOCKET) : socket;
            boolean mayStart = !noStart && !given.has(Flags.NO_START);
            session = new Session(locations, where, mayStart);
            in = new Invocation(given, session, console, json || given.has(Flags.JSON));
            return verb.run(in);
        } catch (RuntimeException e) {
            Failures.report(e, console, name);
            return Failures.status(e, in != null && verb.passesStatus(in));
        } finally {
            if (session != null) {
                session.close();
            }
        }
    }

    private static Given given(Verb verb, String[] words) {
        if (words.length == 0) {
            // Nothing to read: the parser and the options need not be loaded.
            return Given.NOTHING;
        }
        Flags flags = new Flags();
        verb.options(flags);
        return flags.global().parse(words, verb.endsWithCommand());
    }
}
