package io.shipote.card;

/**
 * A ULID: one declared command or pipeline stage, kept for ever.
 *
 * @param text 26 characters of Crockford's base 32, upper case; lower case given is changed
 */
public record CommandId(String text) implements Comparable<CommandId> {
    /** @throws IllegalArgumentException on a wrong length, a wrong character or more than 128 bits */
    public CommandId {
        text = UlidText.normal(text);
    }

    /** @throws IllegalArgumentException on a wrong length, a wrong character or more than 128 bits */
    public static CommandId parse(String text) {
        return new CommandId(text);
    }

    @Override
    public int compareTo(CommandId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
