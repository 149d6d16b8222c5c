package io.shipote.core.linux;

import java.io.IOException;

/** A call to the kernel failed: which one, on what, and why. See {@code errno(3)}. */
public final class ErrnoException extends IOException {
    private final String call;
    private final String path;
    private final int errno;

    /**
     * @param call the name of the call, as its man page has it
     * @param path what it was about: a path, a descriptor, a pid; may be empty
     * @param errno the error number, above 0
     */
    public ErrnoException(String call, String path, int errno) {
        super(call + (path.isEmpty() ? "" : " " + path) + ": " + LibC.strerror(errno) + " (" + Errno.name(errno) + ")");
        this.call = call;
        this.path = path;
        this.errno = errno;
    }

    public String call() {
        return call;
    }

    public String path() {
        return path;
    }

    public int errno() {
        return errno;
    }

    /** The header name, for example {@code ENOENT}. */
    public String errnoName() {
        return Errno.name(errno);
    }
}
