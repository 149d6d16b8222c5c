package io.shipote.core.linux;

import java.io.IOException;
import java.nio.file.Path;

/** Somebody else holds the lock of a file. */
public final class LockedException extends IOException {
    private final Path path;
    private final String holderText;

    public LockedException(Path path, String holderText) {
        super(path + " is locked by " + (holderText.isEmpty() ? "somebody" : holderText.replace('\n', ' ')));
        this.path = path;
        this.holderText = holderText;
    }

    public Path path() {
        return path;
    }

    /** What the holder wrote: its pid, a newline, its text. Empty when it has not written yet. */
    public String holderText() {
        return holderText;
    }
}
