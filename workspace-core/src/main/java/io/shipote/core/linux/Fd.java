package io.shipote.core.linux;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A file descriptor that we own. All are made with {@code O_CLOEXEC}.
 *
 * <p>{@link #close()} takes effect once, from any thread; using the number in another thread while it is
 * being closed is the caller's mistake, as the kernel may give the number away at once.
 */
public final class Fd implements AutoCloseable {
    /** How a path is opened; see {@code open(2)}. */
    public enum Access {
        READ(LibC.O_RDONLY),
        WRITE(LibC.O_WRONLY),
        READ_WRITE(LibC.O_RDWR),
        /** Each write goes to the end; the file is made with mode 0600 if it is not there. */
        APPEND(LibC.O_WRONLY | LibC.O_APPEND | LibC.O_CREAT);

        private final int flags;

        Access(int flags) {
            this.flags = flags;
        }
    }

    private static final int OWNER_ONLY = 0600;

    private final int number;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Fd(int number) {
        this.number = number;
    }

    /** Takes over a descriptor that is open already, for example one inherited over {@code execve(2)}. */
    public static Fd owned(int number) {
        if (number < 0) {
            throw new IllegalArgumentException("no descriptor: " + number);
        }
        return new Fd(number);
    }

    /** Opens {@code path}; a FIFO without its other end blocks, see {@link #openNonBlocking}. */
    public static Fd open(Path path, Access access) throws ErrnoException {
        return open(path, access.flags);
    }

    /** The same with {@code O_NONBLOCK}: a FIFO opened for writing that nobody reads fails with ENXIO. */
    public static Fd openNonBlocking(Path path, Access access) throws ErrnoException {
        return open(path, access.flags | LibC.O_NONBLOCK);
    }

    static Fd open(Path path, int flags) throws ErrnoException {
        byte[] name = CString.of(path);
        int number = LibC.open(name, flags | LibC.O_CLOEXEC | LibC.O_NOCTTY, OWNER_ONLY);
        while (number < 0 && LibC.errno() == Errno.EINTR) {
            number = LibC.open(name, flags | LibC.O_CLOEXEC | LibC.O_NOCTTY, OWNER_ONLY);
        }
        if (number < 0) {
            throw new ErrnoException("open", path.toString(), LibC.errno());
        }
        return new Fd(number);
    }

    /** The number; {@link IllegalStateException} once closed, since it may be somebody else's by then. */
    public int number() {
        if (!open.get()) {
            throw new IllegalStateException("descriptor " + number + " is closed");
        }
        return number;
    }

    public boolean isOpen() {
        return open.get();
    }

    /** A second descriptor for the same open file. */
    public Fd duplicate() throws ErrnoException {
        return duplicateFrom(0);
    }

    /** A second descriptor whose number is at least {@code lowest}. */
    Fd duplicateFrom(int lowest) throws ErrnoException {
        int copy = LibC.fcntl(number(), LibC.F_DUPFD_CLOEXEC, lowest);
        if (copy < 0) {
            throw new ErrnoException("fcntl F_DUPFD_CLOEXEC", "fd " + number, LibC.errno());
        }
        return new Fd(copy);
    }

    /** Whether a later {@code execve(2)} of this very process keeps it ({@code true} is for a hand-over). */
    public void keepOverExec(boolean keep) throws ErrnoException {
        if (LibC.fcntl(number(), LibC.F_SETFD, keep ? 0 : LibC.FD_CLOEXEC) < 0) {
            throw new ErrnoException("fcntl F_SETFD", "fd " + number, LibC.errno());
        }
    }

    /** Reads and writes of a pipe's end return at once from now on, for whoever shares the open file ({@code O_NONBLOCK}). */
    public void setNonBlocking() throws ErrnoException {
        if (LibC.fcntl(number(), LibC.F_SETFL, LibC.O_NONBLOCK) < 0) {
            throw new ErrnoException("fcntl F_SETFL", "fd " + number, LibC.errno());
        }
    }

    /**
     * Reads up to {@code buffer.remaining()} bytes; blocks as the descriptor does.
     *
     * @return the number of bytes, 0 when a non-blocking descriptor has none, -1 at the end
     */
    public int read(ByteBuffer buffer) throws ErrnoException {
        byte[] bytes = new byte[buffer.remaining()];
        long got = LibC.read(number(), bytes, bytes.length);
        while (got < 0 && LibC.errno() == Errno.EINTR) {
            got = LibC.read(number(), bytes, bytes.length);
        }
        if (got < 0) {
            return againOrThrow("read");
        }
        buffer.put(bytes, 0, (int) got);
        return got == 0 && bytes.length > 0 ? -1 : (int) got;
    }

    /** Writes what it can of {@code buffer}; 0 when a non-blocking descriptor takes none. */
    public int write(ByteBuffer buffer) throws ErrnoException {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        long put = LibC.write(number(), bytes, bytes.length);
        while (put < 0 && LibC.errno() == Errno.EINTR) {
            put = LibC.write(number(), bytes, bytes.length);
        }
        if (put < 0) {
            return againOrThrow("write");
        }
        buffer.position(buffer.position() + (int) put);
        return (int) put;
    }

    private int againOrThrow(String call) throws ErrnoException {
        int errno = LibC.errno();
        if (errno == Errno.EAGAIN) {
            return 0;
        }
        throw new ErrnoException(call, "fd " + number, errno);
    }

    /**
     * Gives the blocks of a byte range back to the file system; offsets stay as they are and the range reads
     * as zeros. See {@code fallocate(2)}, {@code FALLOC_FL_PUNCH_HOLE}; EOPNOTSUPP where it cannot.
     */
    public void punchHole(long offset, long length) throws ErrnoException {
        int mode = LibC.FALLOC_FL_PUNCH_HOLE | LibC.FALLOC_FL_KEEP_SIZE;
        if (LibC.fallocate(number(), mode, offset, length) < 0) {
            throw new ErrnoException("fallocate", "fd " + number, LibC.errno());
        }
    }

    /**
     * The first offset from {@code from} on that is not in a hole; empty if all the rest is one, or nothing is left.
     * See {@code lseek(2)}, {@code SEEK_DATA}; a file system that does not know its holes has none. Moves the offset.
     */
    public OptionalLong firstData(long from) throws ErrnoException {
        long found = LibC.lseek(number(), from, LibC.SEEK_DATA);
        if (found >= 0) {
            return OptionalLong.of(found);
        }
        int errno = LibC.errno();
        if (errno == Errno.ENXIO) {
            return OptionalLong.empty();
        }
        if (errno == Errno.EINVAL) {
            return OptionalLong.of(from);
        }
        throw new ErrnoException("lseek", "fd " + number, errno);
    }

    /** Waits for {@code events}; the bits that came, 0 when the time was up. -1 ms waits for ever. */
    int poll(int events, int timeoutMillis) throws ErrnoException {
        int[] pollfd = {number(), events};
        int ready = LibC.poll(pollfd, 1, timeoutMillis);
        if (ready < 0) {
            int errno = LibC.errno();
            if (errno == Errno.EINTR) {
                return 0;
            }
            throw new ErrnoException("poll", "fd " + number, errno);
        }
        return pollfd[1] >>> Short.SIZE;
    }

    /** Waits until {@code first} can be read, which is true, or {@code second} can or the time is up. */
    static boolean pollEither(Fd first, Fd second, int timeoutMillis) throws ErrnoException {
        int[] both = {first.number(), LibC.POLLIN, second.number(), LibC.POLLIN};
        if (LibC.poll(both, 2, timeoutMillis) < 0 && LibC.errno() != Errno.EINTR) {
            throw new ErrnoException("poll", first + ", " + second, LibC.errno());
        }
        return both[1] >>> Short.SIZE != 0;
    }

    /** Idempotent. An error of {@code close(2)} is not reported: the descriptor is gone in any case. */
    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            LibC.close(number);
        }
    }

    /** Closes all, for the way out of a half-done operation. */
    static void closeAll(Iterable<Fd> all) {
        all.forEach(Fd::close);
    }

    @Override
    public String toString() {
        return "fd " + number + (open.get() ? "" : " (closed)");
    }

    /** What one read gives, as UTF-8; empty at the end of the file. */
    String readSome(int limit) throws ErrnoException {
        ByteBuffer buffer = ByteBuffer.allocate(limit);
        read(buffer);
        buffer.flip();
        return StandardCharsets.UTF_8.decode(buffer).toString();
    }

    /** Reads all that is left as UTF-8, at most {@code limit} bytes. */
    String readText(int limit) throws ErrnoException {
        ByteBuffer buffer = ByteBuffer.allocate(limit);
        int got = read(buffer);
        while (got > 0 && buffer.hasRemaining()) {
            got = read(buffer);
        }
        buffer.flip();
        return StandardCharsets.UTF_8.decode(buffer).toString();
    }
}
