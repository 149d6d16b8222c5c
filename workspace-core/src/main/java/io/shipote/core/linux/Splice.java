package io.shipote.core.linux;

/**
 * Moves and copies bytes between pipes inside the kernel; see {@code splice(2)} and {@code tee(2)}. No call
 * blocks on a pipe.
 *
 * <p>{@link #tee} says {@link #AGAIN} both for an empty input and for a full output: ask {@link #readable}
 * of the input first, then it means a full output.
 */
public final class Splice {
    /** Nothing could be moved now: the input is empty or the output is full. */
    public static final long AGAIN = -1;
    /** Nobody reads the output any more. */
    public static final long BROKEN = -2;

    private static final int FLAGS = LibC.SPLICE_F_NONBLOCK | LibC.SPLICE_F_MOVE;

    private Splice() {}

    /**
     * Moves up to {@code max} bytes; one side at least has to be a pipe (EINVAL else).
     *
     * @return bytes moved, 0 at the end of the input, {@link #AGAIN} or {@link #BROKEN}
     */
    public static long splice(Fd in, Fd out, long max) throws ErrnoException {
        long moved = LibC.splice(in.number(), 0, out.number(), 0, max, FLAGS);
        return moved >= 0 ? moved : refusal("splice", in, out);
    }

    /** The same without taking the bytes out of {@code in}; both sides have to be pipes. */
    public static long tee(Fd in, Fd out, long max) throws ErrnoException {
        long copied = LibC.tee(in.number(), out.number(), max, FLAGS);
        return copied >= 0 ? copied : refusal("tee", in, out);
    }

    private static long refusal(String call, Fd in, Fd out) throws ErrnoException {
        int errno = LibC.errno();
        return switch (errno) {
            case Errno.EAGAIN, Errno.EINTR -> AGAIN;
            case Errno.EPIPE -> BROKEN;
            default -> throw new ErrnoException(call, in + " to " + out, errno);
        };
    }

    /** There are bytes to read. At the end of an empty pipe it is {@link #hungUp} that says so. */
    public static boolean readable(Fd fd) throws ErrnoException {
        return (fd.poll(LibC.POLLIN, 0) & LibC.POLLIN) != 0;
    }

    /** There is room for one page at least. False for a pipe that nobody reads: see {@link #hungUp}. */
    public static boolean writable(Fd fd) throws ErrnoException {
        int events = fd.poll(LibC.POLLOUT, 0);
        return (events & LibC.POLLOUT) != 0 && (events & LibC.POLLERR) == 0;
    }

    /** The other side is gone: no writer (seen from a read end) or no reader (seen from a write end). */
    public static boolean hungUp(Fd fd) throws ErrnoException {
        return (fd.poll(0, 0) & (LibC.POLLHUP | LibC.POLLERR)) != 0;
    }
}
