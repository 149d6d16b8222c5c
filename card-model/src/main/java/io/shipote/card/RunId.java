package io.shipote.card;

/**
 * A ULID: one attempt, which is one process.
 *
 * @param text 26 characters of Crockford's base 32, upper case; lower case given is changed
 */
public record RunId(String text) implements Comparable<RunId> {
    /** @throws IllegalArgumentException on a wrong length, a wrong character or more than 128 bits */
    public RunId {
        text = UlidText.normal(text);
    }

    /** @throws IllegalArgumentException on a wrong length, a wrong character or more than 128 bits */
    public static RunId parse(String text) {
        return new RunId(text);
    }

    @Override
    public int compareTo(RunId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
