package io.shipote.card;

/** The rules for single values of a new card. */
final class Ranges {
    private static final int NEXT_LINE = 0x85;

    private Ranges() {}

    static void check(long value, long max, String path, Problems problems) {
        if (value < 1 || value > max) {
            problems.add(path, "must be from 1 to " + max + ", not " + value);
        }
    }

    /** Blank by Unicode's White_Space, as upstream trims: {@link String#isBlank} does not know the no-break spaces. */
    static boolean isBlank(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean white = c >= '\t' && c <= '\r' || c == NEXT_LINE || Character.isSpaceChar(c);
            if (!white) {
                return false;
            }
        }
        return true;
    }

    /** Text for the kernel cannot hold a zero byte. */
    static void noZero(String text, String path, Problems problems) {
        if (text.indexOf('\0') >= 0) {
            problems.add(path, "must not hold a zero character");
        }
    }
}
