package io.shipote.card;

/** An enum whose constants are words in the JSON. */
public interface Word {
    /** The exact word, case-sensitive. */
    String word();
}
