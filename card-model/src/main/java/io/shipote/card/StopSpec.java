package io.shipote.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a command wants to be ended. Stands in the command's object {@value Shape#OWN_KEY}, beside keys of others.
 *
 * @param signal the first signal, 1 to 64; key {@code stop_signal}, a name or a number; SIGTERM without it
 * @param graceMs milliseconds between the first signal and SIGKILL, 0 to {@value #MAX_GRACE_MS}; key
 *     {@code stop_grace_ms}
 * @param detachedChildren whether descendants that are left when its main process ends by itself are left alone; key
 *     {@code detached_children}
 */
public record StopSpec(Optional<Integer> signal, Optional<Long> graceMs, boolean detachedChildren) {
    /** One hour. */
    public static final long MAX_GRACE_MS = 3_600_000;

    public static final StopSpec NONE = new StopSpec(Optional.empty(), Optional.empty(), false);

    private static final int SIGTERM = 15;

    /** Of a command's card; what is wrong is added to the problems. */
    public static StopSpec of(CommandRef command, String path, Problems problems) {
        return of(command.shape().shipote(), Problems.child(path, Shape.OWN_KEY), problems);
    }

    /** The same of a card's own object that was checked when it came in: what is wrong reads as if it were not there. */
    public static StopSpec of(Optional<ObjectNode> own) {
        return of(own, "", new Problems());
    }

    private static StopSpec of(Optional<ObjectNode> own, String path, Problems problems) {
        if (own.isEmpty()) {
            return NONE;
        }
        FieldReader in = new FieldReader(own.get(), path, problems);
        JsonNode grace = in.nullable("stop_grace_ms");
        return new StopSpec(
                signal(in.nullable("stop_signal"), in.at("stop_signal"), problems),
                grace == null
                        ? Optional.empty()
                        : Optional.of(Scalars.upTo(MAX_GRACE_MS, grace, in.at("stop_grace_ms"), problems)),
                in.flag("detached_children", false));
    }

    private static Optional<Integer> signal(JsonNode node, String path, Problems problems) {
        if (node == null) {
            return Optional.empty();
        }
        OptionalInt number =
                node.isTextual() || node.isIntegralNumber() ? Signals.number(node.asText()) : OptionalInt.empty();
        if (number.isEmpty()) {
            problems.add(path, "must be a signal: a name such as TERM, or a number from 1 to " + Signals.MAX);
            return Optional.empty();
        }
        return Optional.of(number.getAsInt());
    }

    /** The number of the first signal. */
    public int firstSignal() {
        return signal.orElse(SIGTERM);
    }
}
