package io.shipote.core.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/**
 * Tells of changes to files. See {@code inotify(7)}. Only writers on this host are seen, not those of a network file system
 * elsewhere. Not thread-safe.
 */
public final class Inotify implements AutoCloseable {
    /** Told instead of a watch when the kernel has dropped events: anything may have changed. */
    public static final int OVERFLOW = -1;

    /** {@code struct inotify_event} without a name, which an event of a watched file has not. */
    private static final int EVENT_BYTES = 16;

    private static final int BATCH = 256;

    private final Fd fd;
    private final ByteBuffer buffer = ByteBuffer.allocate(BATCH * EVENT_BYTES).order(ByteOrder.nativeOrder());

    private Inotify(Fd fd) {
        this.fd = fd;
    }

    /** EMFILE where the user has as many as {@code fs.inotify.max_user_instances} already. */
    public static Inotify open() throws ErrnoException {
        int number = LibC.inotify_init1(LibC.O_CLOEXEC | LibC.O_NONBLOCK);
        if (number < 0) {
            throw new ErrnoException("inotify_init1", "", LibC.errno());
        }
        return new Inotify(Fd.owned(number));
    }

    /** Becomes readable with each change. */
    public Fd fd() {
        return fd;
    }

    /**
     * Watches what is written to a file.
     *
     * @return the watch's number: the same one for each name of a file
     * @throws ErrnoException ENOENT if it is not there, ENOSPC at {@code fs.inotify.max_user_watches}
     */
    public int watch(Path file) throws ErrnoException {
        int watch = LibC.inotify_add_watch(fd.number(), CString.of(file), LibC.IN_MODIFY);
        if (watch < 0) {
            throw new ErrnoException("inotify_add_watch", file.toString(), LibC.errno());
        }
        return watch;
    }

    /** Ends a watch; without effect if its file is gone, and the watch with it. */
    public void unwatch(int watch) throws ErrnoException {
        if (LibC.inotify_rm_watch(fd.number(), watch) < 0 && LibC.errno() != Errno.EINVAL) {
            throw new ErrnoException("inotify_rm_watch", String.valueOf(watch), LibC.errno());
        }
    }

    /** Takes all events there are: the number of the watch each time, or {@link #OVERFLOW}. */
    public void read(IntConsumer changed) throws ErrnoException {
        while (fd.read(buffer.clear()) > 0) {
            buffer.flip();
            while (buffer.remaining() >= EVENT_BYTES) {
                int watch = buffer.getInt(buffer.position());
                int nameBytes = buffer.getInt(buffer.position() + EVENT_BYTES - Integer.BYTES);
                buffer.position(buffer.position() + EVENT_BYTES + nameBytes);
                changed.accept(watch);
            }
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
