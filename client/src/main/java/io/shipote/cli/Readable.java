package io.shipote.cli;

/** Whether what the user has given came to us as it was: Java replaces what the locale has no character for. */
final class Readable {
    private static final char REPLACED = '\uFFFD';

    private Readable() {}

    /**
     * The text itself.
     *
     * @throws UsageException if a part of it was replaced: it would name something else
     */
    static String require(String text) {
        if (text.indexOf(REPLACED) >= 0) {
            throw new UsageException(
                    "'" + Table.printable(text) + "' is not readable in this locale: set LC_ALL=C.UTF-8");
        }
        return text;
    }
}
