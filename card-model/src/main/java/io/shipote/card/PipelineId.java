package io.shipote.card;

/**
 * A ULID: one pipeline, kept over its restarts.
 *
 * @param text 26 characters of Crockford's base 32, upper case; lower case given is changed
 */
public record PipelineId(String text) implements Comparable<PipelineId> {
    /** @throws IllegalArgumentException on a wrong length, a wrong character or more than 128 bits */
    public PipelineId {
        text = UlidText.normal(text);
    }

    /** @throws IllegalArgumentException on a wrong length, a wrong character or more than 128 bits */
    public static PipelineId parse(String text) {
        return new PipelineId(text);
    }

    @Override
    public int compareTo(PipelineId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
