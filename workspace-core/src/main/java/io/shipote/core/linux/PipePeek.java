package io.shipote.core.linux;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A look into a pipe, also between two other processes: what waits in it can be counted and copied, and stays in it.
 *
 * <p>Close it at once: as long as it is open, the producer gets no SIGPIPE when its consumer dies, nor the consumer the end.
 */
public final class PipePeek implements AutoCloseable {
    private final Fd fd;

    private PipePeek(Fd fd) {
        this.fd = fd;
    }

    /**
     * Opens the pipe that the process has as this descriptor, a read or a write end. The process is held by a {@link PidFd}
     * meanwhile, so it is that process and no later one of its number.
     *
     * @return empty if the process is gone, is not ours to look at, or has something else there
     */
    public static Optional<PipePeek> open(ProcessIdentity process, int descriptor) throws ErrnoException {
        Optional<PidFd> held = PidFd.open(process.pid());
        if (held.isEmpty()) {
            return Optional.empty();
        }
        try (PidFd pidfd = held.get()) {
            boolean same = new ProcFiles()
                    .stat(process.pid())
                    .filter(stat -> stat.startTicks() == process.startTicks())
                    .isPresent();
            Path link = Path.of("/proc/" + process.pid() + "/fd/" + descriptor);
            if (!same || !pidfd.exists() || !ProcFiles.link(link).startsWith("pipe:[")) {
                return Optional.empty();
            }
            return opened(link);
        }
    }

    /** Opens the pipe that this is an end of, whichever; the end stays the caller's. */
    public static Optional<PipePeek> open(Fd end) throws ErrnoException {
        return opened(Path.of("/proc/self/fd/" + end.number()));
    }

    private static Optional<PipePeek> opened(Path link) throws ErrnoException {
        Fd fd;
        try {
            fd = Fd.openNonBlocking(link, Fd.Access.READ_WRITE);
        } catch (ErrnoException e) {
            if (e.errno() == Errno.ENOENT || e.errno() == Errno.EACCES || e.errno() == Errno.ESRCH) {
                return Optional.empty();
            }
            throw e;
        }
        // By now it may be something else, which could even have something to lose by being read.
        if (Pipe.identity(fd).startsWith("pipe:[")) {
            return Optional.of(new PipePeek(fd));
        }
        fd.close();
        return Optional.empty();
    }

    /** Bytes that wait. */
    public int queuedBytes() throws ErrnoException {
        return Pipe.queuedBytes(fd);
    }

    /** Whether a writer would have to wait: also a pipe that is not full in bytes may have used up its pages. */
    public boolean full() throws ErrnoException {
        return !Splice.writable(fd);
    }

    /** The size of the pipe in bytes. */
    public int capacity() throws ErrnoException {
        return Pipe.capacity(fd);
    }

    /** Copies what waits into another pipe, as {@link Splice#tee} does. */
    public long copyTo(Fd out, long max) throws ErrnoException {
        return Splice.tee(fd, out, max);
    }

    @Override
    public void close() {
        fd.close();
    }
}
