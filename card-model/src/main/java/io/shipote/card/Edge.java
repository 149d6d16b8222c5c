package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalInt;

/**
 * Data from one node to another.
 *
 * @param from index of the producing node, an unsigned number of 64 bits: a negative one is beyond any node
 * @param fromOutput {@code stdout}, {@code stderr} or the number of a descriptor
 * @param to index of the consuming node, unsigned like {@code from}
 * @param toInput {@code stdin} or the number of a descriptor
 */
public record Edge(long from, String fromOutput, long to, String toInput, Shape shape) {
    /** The largest descriptor a port may name. */
    public static final int FD_MAX = 1023;

    private static final int FD_DIGITS = 4;

    /** From standard output to standard input. */
    public static Edge of(long from, long to) {
        return new Edge(from, "stdout", to, "stdin", Shape.NEW);
    }

    /** Our options of it; what is wrong with them is replaced by the default and told by {@link PipelineSpec#check}. */
    public EdgeOptions options() {
        return EdgeOptions.decode(shape.shipote(), "", new Problems());
    }

    /** The same with these options. */
    public Edge withOptions(EdgeOptions options) {
        return new Edge(from, fromOutput, to, toInput, shape.withShipote(options.encode()));
    }

    /** The producer's descriptor; empty if the name means none. */
    public OptionalInt outputFd() {
        if (fromOutput.equals("stdout")) {
            return OptionalInt.of(1);
        }
        return fromOutput.equals("stderr") ? OptionalInt.of(2) : number(fromOutput);
    }

    /** The consumer's descriptor; empty if the name means none. */
    public OptionalInt inputFd() {
        return toInput.equals("stdin") ? OptionalInt.of(0) : number(toInput);
    }

    private static OptionalInt number(String text) {
        if (text.isEmpty() || text.length() > FD_DIGITS) {
            return OptionalInt.empty();
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return OptionalInt.empty();
            }
            number = number * 10 + digit - '0';
        }
        return number > FD_MAX ? OptionalInt.empty() : OptionalInt.of(number);
    }

    public static Edge decode(JsonNode node, String path, Problems problems) {
        FieldReader in = new FieldReader(node, path, problems);
        return new Edge(
                node(in, "from", problems),
                in.text("from_output"),
                node(in, "to", problems),
                in.text("to_input"),
                in.shape());
    }

    /** What cannot be read is no node at all, so that nothing is said of the wrong one. */
    private static long node(FieldReader in, String key, Problems problems) {
        U64 index = in.u64(key);
        return problems.at(in.at(key)) ? -1 : index.bits();
    }

    public JsonNode encode() {
        return new FieldWriter(shape)
                .put("from", new U64(from).encode())
                .put("from_output", fromOutput)
                .put("to", new U64(to).encode())
                .put("to_input", toInput)
                .end();
    }

    /** Any descriptor can be joined, but never an input as an output of the standard three, nor the other way. */
    void check(String path, Problems problems) {
        int output = outputFd().orElse(0);
        if (output == 0) {
            problems.add(
                    Problems.child(path, "from_output"),
                    "must be \"stdout\", \"stderr\" or a descriptor from 1 to " + FD_MAX + ", not "
                            + CardText.quoted(fromOutput));
        }
        int input = inputFd().orElse(1);
        if (input == 1 || input == 2) {
            problems.add(
                    Problems.child(path, "to_input"),
                    "must be \"stdin\", \"0\" or a descriptor from 3 to " + FD_MAX + ", not "
                            + CardText.quoted(toInput));
        }
        EdgeOptions.decode(shape.shipote(), Problems.child(path, Shape.OWN_KEY), problems);
    }
}
