package io.shipote.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CardText;
import java.util.List;

/** One use of a verb: its options and arguments, where its output goes, and the daemon it talks to. */
final class Invocation {
    private final Given given;
    private final Session session;
    private final Console console;
    private final boolean json;

    Invocation(Given given, Session session, Console console, boolean json) {
        this.given = given;
        this.session = session;
        this.console = console;
        this.json = json;
    }

    Console console() {
        return console;
    }

    Session session() {
        return session;
    }

    boolean json() {
        return json;
    }

    boolean has(String option) {
        return given.has(option);
    }

    /** The last value given for an option; null if none was. */
    String value(String option) {
        return given.value(option);
    }

    /** All values given for an option, in order. */
    List<String> values(String option) {
        return given.values(option);
    }

    List<String> arguments() {
        return given.arguments();
    }

    /** The only argument. */
    String only(String name) {
        String argument = optional(name);
        if (argument == null) {
            throw new UsageException("missing " + name);
        }
        return argument;
    }

    /** The only argument, or null if there is none. */
    String optional(String name) {
        List<String> words = given.arguments();
        if (words.size() > 1) {
            throw new UsageException("one " + name + " is enough, there is more: " + words.get(1));
        }
        return words.isEmpty() ? null : words.get(0);
    }

    /** Refuses any argument. */
    void none() {
        if (!given.arguments().isEmpty()) {
            throw new UsageException(
                    "no argument is needed: " + given.arguments().get(0));
        }
    }

    /** An option's duration in milliseconds; null if it was not given. */
    Long duration(String option) {
        String text = value(option);
        return text == null ? null : Long.valueOf(Durations.parse("--" + option, text));
    }

    /** An option's size in bytes; null if it was not given. */
    Long size(String option) {
        String text = value(option);
        return text == null ? null : Long.valueOf(Sizes.parse("--" + option, text));
    }

    /** An option's whole number, not negative; null if it was not given. */
    Long number(String option) {
        String text = value(option);
        return text == null ? null : Long.valueOf(Sizes.count("--" + option, text));
    }

    /** Parameters for a call, empty yet. */
    static ObjectNode parameters() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Parameters with the only argument as target, and the workspace if one was given. */
    ObjectNode target() {
        ObjectNode parameters = parameters();
        parameters.put("target", only("TARGET"));
        putText(parameters, "workspace", "workspace");
        return parameters;
    }

    /** Sets a parameter to an option's text if it was given. */
    void putText(ObjectNode parameters, String key, String option) {
        String text = value(option);
        if (text != null) {
            parameters.put(key, text);
        }
    }

    /** Sets a parameter to true if an option was given. */
    void putFlag(ObjectNode parameters, String key, String option) {
        if (has(option)) {
            parameters.put(key, true);
        }
    }

    /** Sets {@code grace_ms} if {@code --grace} was given. */
    void putGrace(ObjectNode parameters) {
        Long grace = duration("grace");
        if (grace != null) {
            parameters.put("grace_ms", grace);
        }
    }

    /** Calls a method of {@code io.shipote} and returns the reply's parameters. */
    ObjectNode call(String method, ObjectNode parameters) {
        return session.connection().call(Session.INTERFACE + method, parameters);
    }

    /** Prints a reply as the one JSON document of this verb. */
    void printJson(ObjectNode reply) {
        console.line(CardText.pretty(reply, 0));
    }

    /** Prints one of several JSON documents, on a line of its own. */
    void printJsonLine(ObjectNode reply) {
        console.line(CardText.compact(reply));
    }

    /** Prints the reply's JSON or, without {@code --json}, the text. */
    void print(ObjectNode reply, String text) {
        if (json) {
            printJson(reply);
        } else {
            console.line(text);
        }
    }
}
