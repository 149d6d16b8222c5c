package io.shipote.core.linux;

/**
 * Small control files that stay open between reads, which makes each read ten times cheaper than opening it anew. Not
 * more than a bound are open; beyond it the least recently used one is closed, and opened again when it is wanted.
 * Confined to one thread, the sampler's.
 */
public final class KeptFiles implements AutoCloseable {
    /** Descriptors that are kept, at most. */
    public static final int MAX_OPEN = 4_096;

    private static final int MIN_OPEN = 16;
    /** Of the process's limit of descriptors, the part that may be spent on this. */
    private static final long SHARE = 4;

    private final int bound;
    private final FigureText text = new FigureText();
    private KeptFile oldest;
    private KeptFile newest;
    private int open;

    /** @param bound descriptors that are kept, at most */
    public KeptFiles(int bound) {
        this.bound = Math.max(1, bound);
    }

    /** With {@link #MAX_OPEN}, or less where the process may not have many descriptors. */
    public static KeptFiles within(long descriptorLimit) {
        return new KeptFiles((int) Math.max(MIN_OPEN, Math.min(MAX_OPEN, descriptorLimit / SHARE)));
    }

    /** How many are open. */
    public int open() {
        return open;
    }

    /** What was read last. */
    FigureText text() {
        return text;
    }

    /**
     * Reads the beginning of the file into {@link #text()}.
     *
     * @return false when the group is gone (ENODEV), or this file of it does not exist or cannot tell
     * @throws ErrnoException on anything else, as when there are no descriptors
     */
    boolean read(KeptFile file) throws ErrnoException {
        return read(file, 0);
    }

    /** The same from an offset. */
    boolean read(KeptFile file, long offset) throws ErrnoException {
        if (file.fd == KeptFile.CLOSED && !open(file)) {
            return false;
        }
        touch(file);
        if (text.read(file.fd, offset) >= 0) {
            return true;
        }
        int errno = LibC.errno();
        close(file);
        if (errno == Errno.ENODEV || errno == Errno.EOPNOTSUPP || errno == Errno.ESRCH) {
            return false;
        }
        throw new ErrnoException("pread", file.toString(), errno);
    }

    private boolean open(KeptFile file) throws ErrnoException {
        while (open >= bound) {
            close(oldest);
        }
        int fd = LibC.open(file.path(), LibC.O_RDONLY | LibC.O_CLOEXEC, 0);
        if (fd < 0 && outOfDescriptors() && open > 0) {
            // Others need them more: half of ours are given back, and come again when there is room.
            for (int left = open / 2; open > left; ) {
                close(oldest);
            }
            fd = LibC.open(file.path(), LibC.O_RDONLY | LibC.O_CLOEXEC, 0);
        }
        if (fd < 0) {
            int errno = LibC.errno();
            if (errno == Errno.ENOENT || errno == Errno.ENODEV || errno == Errno.EACCES) {
                return false;
            }
            throw new ErrnoException("open", file.toString(), errno);
        }
        file.fd = fd;
        open++;
        append(file);
        return true;
    }

    private static boolean outOfDescriptors() {
        return LibC.errno() == Errno.EMFILE || LibC.errno() == Errno.ENFILE;
    }

    /** Closes the file if it is open. */
    void close(KeptFile file) {
        if (file.fd == KeptFile.CLOSED) {
            return;
        }
        LibC.close(file.fd);
        file.fd = KeptFile.CLOSED;
        open--;
        remove(file);
    }

    private void touch(KeptFile file) {
        if (file != newest) {
            remove(file);
            append(file);
        }
    }

    private void append(KeptFile file) {
        file.older = newest;
        if (newest == null) {
            oldest = file;
        } else {
            newest.newer = file;
        }
        newest = file;
    }

    private void remove(KeptFile file) {
        if (file.older == null) {
            oldest = file.newer;
        } else {
            file.older.newer = file.newer;
        }
        if (file.newer == null) {
            newest = file.older;
        } else {
            file.newer.older = file.older;
        }
        file.older = null;
        file.newer = null;
    }

    /** Closes all. */
    @Override
    public void close() {
        while (oldest != null) {
            close(oldest);
        }
    }
}
