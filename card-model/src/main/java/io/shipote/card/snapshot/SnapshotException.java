package io.shipote.card.snapshot;

/** A snapshot file that cannot be read as a whole. It must not be overwritten. */
public final class SnapshotException extends RuntimeException {
    /** Why a file cannot be read. */
    public enum Kind {
        /** Written by a later version. */
        NEWER,
        /** No JSON, torn, or without what every snapshot has. */
        UNREADABLE
    }

    private final Kind kind;
    private final int line;
    private final int column;

    SnapshotException(Kind kind, int line, int column, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.line = line;
        this.column = column;
    }

    public Kind kind() {
        return kind;
    }

    /** The line of the fault, counted from 1; 0 if it has no place. */
    public int line() {
        return line;
    }

    /** The column of the fault in bytes, counted from 1; 0 if it has no place. */
    public int column() {
        return column;
    }
}
