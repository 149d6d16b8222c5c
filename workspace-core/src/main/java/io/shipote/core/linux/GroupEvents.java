package io.shipote.core.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The file {@code cgroup.events} of one group, kept open: its descriptor is to be watched for {@code EPOLLPRI}, and
 * every call of {@link #populated} arms it anew; see {@code cgroups(7)}. The kernel tells of a change at most every
 * 10 ms. A read takes about a microsecond, on any thread, one at a time.
 */
public final class GroupEvents implements AutoCloseable {
    private static final int MAX_TEXT = 256;

    private final Fd fd;

    private GroupEvents(Fd fd) {
        this.fd = fd;
    }

    static GroupEvents open(Path group) throws ErrnoException {
        return new GroupEvents(Fd.open(group.resolve("cgroup.events"), Fd.Access.READ));
    }

    /** Owned by this object. */
    public Fd fd() {
        return fd;
    }

    /** Whether there are live processes in the group or below it; no when the group is gone. */
    public boolean populated() throws ErrnoException {
        byte[] text = new byte[MAX_TEXT];
        long got = LibC.pread(fd.number(), text, text.length, 0);
        if (got < 0) {
            int errno = LibC.errno();
            if (errno == Errno.ENODEV) {
                return false;
            }
            throw new ErrnoException("pread", "cgroup.events", errno);
        }
        return new String(text, 0, (int) got, StandardCharsets.UTF_8).contains("populated 1");
    }

    /** Blocks until something has changed since the file was read, or so many milliseconds are over. */
    void await(int millis) throws ErrnoException {
        populated();
        fd.poll(LibC.POLLPRI, millis);
    }

    @Override
    public void close() {
        fd.close();
    }
}
