package io.shipote.core.linux;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Reads the files of processes in {@code /proc} without making objects. A process that is gone, or that we may not look
 * at, reads as nothing. Confined to the sampler's thread.
 */
final class ProcReader {
    private static final byte[] STATM = name("/statm");
    private static final byte[] IO = name("/io");
    private static final byte[] READ_BYTES = "read_bytes: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WRITE_BYTES = "write_bytes: ".getBytes(StandardCharsets.US_ASCII);
    private static final int LONGEST = 32;

    private final FigureText text = new FigureText();
    private final byte[] path;
    private final int prefix;
    private final long pageBytes = LibC.getpagesize();

    ProcReader(Path root) {
        byte[] start = (root + "/").getBytes(StandardCharsets.UTF_8);
        prefix = start.length;
        path = java.util.Arrays.copyOf(start, start.length + LONGEST);
    }

    /** A file's name below the directory of a process, closed by a zero byte. */
    static byte[] name(String name) {
        return (name + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    /** What was read last. */
    FigureText text() {
        return text;
    }

    long pageBytes() {
        return pageBytes;
    }

    /** Reads the beginning of a file of the process into {@link #text()}; false when it cannot be read. */
    boolean read(int pid, byte[] name) {
        int digits = 1;
        for (int rest = pid; rest >= 10; rest /= 10) {
            digits++;
        }
        int rest = pid;
        for (int i = prefix + digits - 1; i >= prefix; i--) {
            path[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        System.arraycopy(name, 0, path, prefix + digits, name.length);
        int fd = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC, 0);
        if (fd < 0) {
            return false;
        }
        boolean read = text.read(fd, 0) > 0;
        LibC.close(fd);
        return read;
    }

    /** Resident memory in bytes; unknown when the process is gone. */
    long residentBytes(int pid) {
        if (!read(pid, STATM)) {
            return Usage.UNKNOWN;
        }
        text.skipWords(1);
        long pages = text.number();
        return pages == Usage.UNKNOWN ? pages : pages * pageBytes;
    }

    /** Adds what the process, and children that it waited for, have read from and written to disks. */
    void addIo(int pid, Usage into) {
        if (read(pid, IO)) {
            into.add(Figure.IO_READ, text.field(READ_BYTES));
            into.add(Figure.IO_WRITE, text.field(WRITE_BYTES));
        }
    }
}
