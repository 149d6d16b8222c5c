package io.shipote.core.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;

/** The stored state cannot be read, or not by this version; nothing was changed. The message says how to go on. */
public final class StateUnreadableException extends IOException {
    private static final String FIX =
            " (shipote daemon start --recover goes on from the newest good generation; the bad file is kept aside)";

    private final Path file;
    private final int line;
    private final int column;
    private final OptionalLong offset;

    private StateUnreadableException(
            Path file, int line, int column, OptionalLong offset, String message, Throwable cause) {
        super(message, cause);
        this.file = file;
        this.line = line;
        this.column = column;
        this.offset = offset;
    }

    static StateUnreadableException text(Path file, int line, int column, String problem, Throwable cause) {
        String where = line > 0 ? file + ":" + line + ":" + column : file.toString();
        return new StateUnreadableException(
                file, line, column, OptionalLong.empty(), where + ": " + problem + FIX, cause);
    }

    static StateUnreadableException binary(Path file, long offset, String problem) {
        String where = file + " at byte " + offset;
        return new StateUnreadableException(file, 0, 0, OptionalLong.of(offset), where + ": " + problem + FIX, null);
    }

    /** Recovery was asked for and there is nothing to recover from. */
    static StateUnreadableException noGeneration(Path file) {
        String message = file + " cannot be read and there is no good generation of it"
                + " (move it and the files named after it away to start with nothing)";
        return new StateUnreadableException(file, 0, 0, OptionalLong.empty(), message, null);
    }

    public Path file() {
        return file;
    }

    /** The line, from 1, or 0 if the file has no lines. */
    public int line() {
        return line;
    }

    /** The column, from 1, or 0 if the file has no lines. */
    public int column() {
        return column;
    }

    /** The place in a file without lines, in bytes from 0. */
    public OptionalLong offset() {
        return offset;
    }
}
