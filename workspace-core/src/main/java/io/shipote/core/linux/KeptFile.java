package io.shipote.core.linux;

import java.nio.file.Path;

/** A small control file that {@link KeptFiles} keeps open between reads. */
final class KeptFile {
    static final int CLOSED = -1;

    private final byte[] path;
    /** Its neighbours in the order of use. */
    KeptFile older;

    KeptFile newer;
    int fd = CLOSED;

    KeptFile(Path path) {
        this.path = CString.of(path);
    }

    byte[] path() {
        return path;
    }

    @Override
    public String toString() {
        return new String(path, 0, path.length - 1, java.nio.charset.StandardCharsets.UTF_8);
    }
}
