package io.shipote.core.linux;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A kernel pipe. See {@code pipe(7)}. Both ends are {@code O_CLOEXEC} and blocking; a child gets one by
 * {@link Stdio.End}. Thread-safe as far as its descriptors are.
 */
public final class Pipe implements AutoCloseable {
    private static final int READ_WRITE_FOR_ALL = 0666;

    private final Fd readEnd;
    private final Fd writeEnd;

    private Pipe(Fd readEnd, Fd writeEnd) {
        this.readEnd = readEnd;
        this.writeEnd = writeEnd;
    }

    /** EMFILE or ENFILE when there are no descriptors left. */
    public static Pipe open() throws ErrnoException {
        int[] ends = new int[2];
        if (LibC.pipe2(ends, LibC.O_CLOEXEC) < 0) {
            throw new ErrnoException("pipe2", "", LibC.errno());
        }
        return new Pipe(Fd.owned(ends[0]), Fd.owned(ends[1]));
    }

    /** One of that capacity, as far as it is granted; see {@link #resize}. */
    public static Pipe open(int bytes) throws ErrnoException {
        Pipe pipe = open();
        try {
            pipe.resize(bytes);
            return pipe;
        } catch (ErrnoException e) {
            pipe.close();
            throw e;
        }
    }

    /** One that processes of other users may open anew through {@code /proc/self/fd}, if they have an end of it. */
    static Pipe openToAll() throws ErrnoException {
        Pipe pipe = open();
        if (LibC.fchmod(pipe.writeEnd().number(), READ_WRITE_FOR_ALL) < 0) {
            int errno = LibC.errno();
            pipe.close();
            throw new ErrnoException("fchmod", "a pipe", errno);
        }
        return pipe;
    }

    /** The two ends of a pipe that is open already. */
    public static Pipe of(Fd readEnd, Fd writeEnd) {
        return new Pipe(readEnd, writeEnd);
    }

    public Fd readEnd() {
        return readEnd;
    }

    public Fd writeEnd() {
        return writeEnd;
    }

    /**
     * Asks for a capacity of {@code bytes}; the kernel rounds up to a power of two of pages.
     *
     * @return the real capacity in bytes: unchanged where more is not permitted (the limit of one pipe or of
     *     one user's pipes), or where more is queued than would fit
     */
    public int resize(int bytes) throws ErrnoException {
        Fd end = readEnd.isOpen() ? readEnd : writeEnd;
        int size = LibC.fcntl(end.number(), LibC.F_SETPIPE_SZ, bytes);
        if (size >= 0) {
            return size;
        }
        int errno = LibC.errno();
        if (errno != Errno.EPERM && errno != Errno.EBUSY) {
            throw new ErrnoException("fcntl F_SETPIPE_SZ", String.valueOf(bytes), errno);
        }
        return capacity(end);
    }

    /**
     * What tells one pipe from every other that is open: {@code pipe:[…]}, as its descriptors' links in {@code /proc} read
     * (proc(5)).
     */
    public static String identity(Fd end) throws ErrnoException {
        return ProcFiles.link(Path.of("/proc/self/fd/" + end.number()));
    }

    /**
     * Opens an end of a pipe anew that another process has a descriptor of. Take care that it still is the process that
     * is meant: hold its {@link PidFd}, and ask that after this call.
     *
     * @param identity of the pipe, see {@link #identity}
     * @return empty if the process has no such pipe
     */
    public static Optional<Fd> reopen(int pid, String identity, Fd.Access access) throws ErrnoException {
        for (Path fd : ProcFiles.descriptors(pid)) {
            if (ProcFiles.link(fd).equals(identity)) {
                // It may have become a FIFO by now, which would block; once checked, it may be a blocking one.
                try (Fd opened = Fd.openNonBlocking(fd, access)) {
                    if (identity(opened).equals(identity)) {
                        return Optional.of(Fd.open(Path.of("/proc/self/fd/" + opened.number()), access));
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** The capacity in bytes of the pipe that {@code end} belongs to. */
    public static int capacity(Fd end) throws ErrnoException {
        int size = LibC.fcntl(end.number(), LibC.F_GETPIPE_SZ, 0);
        if (size < 0) {
            throw new ErrnoException("fcntl F_GETPIPE_SZ", end.toString(), LibC.errno());
        }
        return size;
    }

    /** The bytes written and not yet read ({@code FIONREAD}); either end will do. */
    public static int queuedBytes(Fd end) throws ErrnoException {
        int[] count = new int[1];
        if (LibC.ioctl(end.number(), LibC.FIONREAD, count) < 0) {
            throw new ErrnoException("ioctl FIONREAD", end.toString(), LibC.errno());
        }
        return count[0];
    }

    @Override
    public void close() {
        readEnd.close();
        writeEnd.close();
    }
}
