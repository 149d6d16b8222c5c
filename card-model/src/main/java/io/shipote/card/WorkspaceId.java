package io.shipote.card;

/**
 * A ULID: the name of a workspace for its whole life.
 *
 * @param text 26 characters of Crockford's base 32, upper case; lower case given is changed
 */
public record WorkspaceId(String text) implements Comparable<WorkspaceId> {
    /** @throws IllegalArgumentException on a wrong length, a wrong character or more than 128 bits */
    public WorkspaceId {
        text = UlidText.normal(text);
    }

    /** @throws IllegalArgumentException on a wrong length, a wrong character or more than 128 bits */
    public static WorkspaceId parse(String text) {
        return new WorkspaceId(text);
    }

    @Override
    public int compareTo(WorkspaceId other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
