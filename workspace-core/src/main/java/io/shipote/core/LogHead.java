package io.shipote.core;

import io.shipote.core.linux.Fd;
import java.io.IOException;
import java.nio.file.Path;

/** Where a log begins: what was before has been given back to the file system. Blocking. */
public final class LogHead {
    private LogHead() {}

    /** The first byte from {@code from} on that is still there; {@code size} if none is. */
    public static long of(Path file, long from, long size) throws IOException {
        if (from >= size) {
            return from;
        }
        try (Fd fd = Fd.open(file, Fd.Access.READ)) {
            return Math.min(size, fd.firstData(from).orElse(size));
        }
    }
}
