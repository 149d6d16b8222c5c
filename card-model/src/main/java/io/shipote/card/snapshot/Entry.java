package io.shipote.card.snapshot;

import com.fasterxml.jackson.databind.JsonNode;
import io.shipote.card.CardJson;
import io.shipote.card.CardSyntaxException;
import io.shipote.card.Problem;
import io.shipote.card.Problems;
import java.util.Arrays;
import java.util.List;

/** An entry of a snapshot: understood, or set aside as it stood. */
public sealed interface Entry<T> permits Entry.Good, Entry.Quarantined {
    /** An entry that was understood. */
    record Good<T>(T value) implements Entry<T> {}

    /**
     * An entry that was not; it is written back as it stood, in its place.
     *
     * @param verbatim its bytes; the array must not be changed
     * @param problems what is wrong with it; at least one
     */
    record Quarantined<T>(byte[] verbatim, List<Problem> problems) implements Entry<T> {
        public Quarantined {
            problems = List.copyOf(problems);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Quarantined
                    && Arrays.equals(verbatim, ((Quarantined<?>) other).verbatim)
                    && problems.equals(((Quarantined<?>) other).problems);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(verbatim) + problems.hashCode();
        }

        @Override
        public String toString() {
            return "Quarantined[" + verbatim.length + " bytes, " + problems + "]";
        }
    }

    /** Turns a tree into a value and collects what is wrong with it. */
    @FunctionalInterface
    interface Decoder<T> {
        T decode(JsonNode node, String path, Problems problems);
    }

    /**
     * Decodes an entry's bytes; whatever is wrong with them sets it aside.
     *
     * @param path the entry's place for the problems, such as {@code workspaces[2]}
     */
    static <T> Entry<T> decode(byte[] entry, String path, Decoder<T> decoder) {
        Problems problems = new Problems();
        try {
            T value = decoder.decode(CardJson.parse(entry), path, problems);
            if (problems.isEmpty()) {
                return new Good<>(value);
            }
        } catch (CardSyntaxException e) {
            problems.add(path, "in its " + e.getMessage());
        }
        return new Quarantined<>(entry, problems.list());
    }
}
