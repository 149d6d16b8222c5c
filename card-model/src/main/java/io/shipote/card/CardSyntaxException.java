package io.shipote.card;

/** A text that is no JSON. */
public final class CardSyntaxException extends RuntimeException {
    private final int line;
    private final int column;
    private final String reason;

    /**
     * @param line counted from 1; 0 if unknown
     * @param column in bytes, counted from 1; 0 if unknown
     */
    public CardSyntaxException(int line, int column, String reason, Throwable cause) {
        super("line " + line + ", column " + column + ": " + reason, cause);
        this.line = line;
        this.column = column;
        this.reason = reason;
    }

    /** The line of the fault, counted from 1. */
    public int line() {
        return line;
    }

    /** The column of the fault in bytes, counted from 1. */
    public int column() {
        return column;
    }

    /** What is wrong, without the place. */
    public String reason() {
        return reason;
    }
}
