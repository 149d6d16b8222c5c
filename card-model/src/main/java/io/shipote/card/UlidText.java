package io.shipote.card;

import java.util.Locale;

/** The one rule for the text of an id: 26 characters of Crockford's alphabet holding at most 128 bits. */
final class UlidText {
    static final String NIL = "00000000000000000000000000";

    private static final int LENGTH = 26;
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private UlidText() {}

    /**
     * @return the id in upper case
     * @throws IllegalArgumentException saying what is wrong with it
     */
    static String normal(String text) {
        if (text.length() != LENGTH) {
            throw new IllegalArgumentException("an id has " + LENGTH + " characters, not " + text.length());
        }
        String upper = text.toUpperCase(Locale.ROOT);
        for (int i = 0; i < LENGTH; i++) {
            // Looked at before the change of case: some letters outside ASCII have an ASCII capital.
            char given = text.charAt(i);
            if (given > 'z' || ALPHABET.indexOf(upper.charAt(i)) < 0) {
                throw new IllegalArgumentException(
                        "an id has only digits and letters without I, L, O and U, not '" + shown(given) + "'");
            }
        }
        if (upper.charAt(0) > '7') {
            throw new IllegalArgumentException("an id begins with 0 to 7 (128 bits), not '" + upper.charAt(0) + "'");
        }
        return upper;
    }

    private static String shown(char given) {
        return Character.isISOControl(given) || Character.isSurrogate(given)
                ? String.format("\\u%04x", (int) given)
                : String.valueOf(given);
    }
}
