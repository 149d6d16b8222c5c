package io.shipote.card;

/** What a command's environment is made of, beside its card's own entries and {@code SHIPOTE_*}. */
public enum EnvMode implements Word {
    /** The daemon's environment; the card's entries go over it one by one. */
    INHERIT("inherit"),
    /** Another word for {@link #INHERIT}. */
    OVERLAY("overlay"),
    /** Nothing, but a default {@code PATH} where the card names none. */
    CLEAR("clear");

    private final String word;

    EnvMode(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
