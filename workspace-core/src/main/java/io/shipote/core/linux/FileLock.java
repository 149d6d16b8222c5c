package io.shipote.core.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An exclusive lock on a file, held until {@link #close()} or the end of the process; see {@code flock(2)}.
 *
 * <p>The file stays when the lock goes, since removing it would let two owners lock two files of one name. A
 * held lock is never taken away. A copy of the descriptor (over an exec in place) holds the same lock.
 */
public final class FileLock implements AutoCloseable {
    private static final int MAX_TEXT = 4096;

    private final Path path;
    private final Fd fd;

    private FileLock(Path path, Fd fd) {
        this.path = path;
        this.fd = fd;
    }

    /**
     * Takes the lock without waiting and writes our pid, a newline and {@code text} into the file. If the file was removed
     * while we took it, the next file of that name counts.
     *
     * @throws LockedException when it is held, by this process or another
     * @throws ErrnoException when the file cannot be opened or written
     */
    public static FileLock acquire(Path file, String text) throws ErrnoException, LockedException {
        Fd fd = Fd.open(file, LibC.O_RDWR | LibC.O_CREAT);
        boolean held = false;
        try {
            if (LibC.flock(fd.number(), LibC.LOCK_EX | LibC.LOCK_NB) < 0) {
                int errno = LibC.errno();
                if (errno == Errno.EAGAIN) {
                    throw new LockedException(file, fd.readText(MAX_TEXT).trim());
                }
                throw new ErrnoException("flock", file.toString(), errno);
            }
            if (!stillThere(file, fd)) {
                return acquire(file, text);
            }
            write(fd, file, LibC.getpid() + "\n" + text);
            held = true;
            return new FileLock(file, fd);
        } finally {
            if (!held) {
                fd.close();
            }
        }
    }

    private static boolean stillThere(Path file, Fd fd) throws ErrnoException {
        try {
            Object locked = Files.getAttribute(Path.of("/proc/self/fd/" + fd.number()), "unix:ino");
            return locked.equals(Files.getAttribute(file, "unix:ino"));
        } catch (NoSuchFileException removed) {
            return false;
        } catch (IOException e) {
            throw new ErrnoException("stat", file.toString(), Errno.EACCES);
        }
    }

    /** Whether somebody holds it now; empty if there is no such file, or we may not look. Takes nothing for longer. */
    public static Optional<Boolean> held(Path file) {
        try (Fd fd = Fd.open(file, LibC.O_RDWR)) {
            return Optional.of(LibC.flock(fd.number(), LibC.LOCK_EX | LibC.LOCK_NB) < 0);
        } catch (ErrnoException e) {
            return Optional.empty();
        }
    }

    /** A lock that came with an inherited descriptor. */
    public static FileLock inherited(Path file, Fd fd) {
        return new FileLock(file, fd);
    }

    /**
     * Makes sure that an inherited one is what it should be.
     *
     * @throws IOException when the descriptor is none of this file, or somebody else holds the lock (EAGAIN)
     */
    public void confirm() throws IOException {
        fd.keepOverExec(false);
        if (!Files.isSameFile(Path.of("/proc/self/fd/" + fd.number()), path)) {
            throw new ErrnoException("flock", path.toString(), Errno.EBADF);
        }
        if (LibC.flock(fd.number(), LibC.LOCK_EX | LibC.LOCK_NB) < 0) {
            throw new ErrnoException("flock", path.toString(), LibC.errno());
        }
    }

    /** The pid that a {@link LockedException#holderText()} begins with. */
    public static Optional<Integer> holderPid(String holderText) {
        String first = holderText.lines().findFirst().orElse("");
        return first.matches("[1-9][0-9]{0,8}") ? Optional.of(Integer.parseInt(first)) : Optional.empty();
    }

    private static void write(Fd fd, Path file, String content) throws ErrnoException {
        if (LibC.ftruncate(fd.number(), 0) < 0) {
            throw new ErrnoException("ftruncate", file.toString(), LibC.errno());
        }
        ByteBuffer bytes = ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            fd.write(bytes);
        }
    }

    public Path path() {
        return path;
    }

    /** The descriptor that holds the lock; it stays ours. */
    public Fd fd() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
    }
}
