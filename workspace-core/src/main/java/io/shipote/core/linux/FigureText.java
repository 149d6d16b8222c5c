package io.shipote.core.linux;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * The text of a small control file in memory of its own, and the numbers in it. Used again for every file, so that
 * neither a read nor a parse makes an object. Confined to one thread.
 */
final class FigureText {
    /** What is read at once; the files with numbers are smaller, the lists of processes are read piece by piece. */
    static final int BYTES = 16 * 1024;

    private static final long HUNDRED = 100;

    private final Memory memory = new Memory(BYTES);
    private final long address = Pointer.nativeValue(memory);
    private final ByteBuffer text = memory.getByteBuffer(0, BYTES);
    private int length;
    private int at;

    /** Reads from an offset; the number of bytes, or -1 with {@code errno} set. */
    int read(int fd, long offset) {
        long got = LibC.pread(fd, address, BYTES, offset);
        while (got < 0 && LibC.errno() == Errno.EINTR) {
            got = LibC.pread(fd, address, BYTES, offset);
        }
        length = (int) Math.max(0, got);
        at = 0;
        return (int) got;
    }

    /** Reads directory entries, struct linux_dirent64, where the last call ended; their bytes, or -1. */
    int readDirectory(int fd) {
        long got = LibC.getdents64(fd, address, BYTES);
        length = (int) Math.max(0, got);
        at = 0;
        return (int) got;
    }

    int length() {
        return length;
    }

    byte byteAt(int index) {
        return text.get(index);
    }

    /** Two bytes as an unsigned number, little-endian. */
    int shortAt(int index) {
        return (text.get(index) & 0xff) | (text.get(index + 1) & 0xff) << Byte.SIZE;
    }

    /** Goes to an index. */
    void seek(int index) {
        at = Math.min(index, length);
    }

    boolean atEnd() {
        return at >= length;
    }

    /** Goes one byte on. */
    void skip() {
        at++;
    }

    /** The next whole number, blanks before it skipped; {@link Usage#UNKNOWN} if there is none or it is negative. */
    long number() {
        skipBlanks();
        boolean negative = at < length && text.get(at) == '-';
        if (negative) {
            at++;
        }
        int begin = at;
        long value = 0;
        while (at < length && digit(text.get(at))) {
            value = value * 10 + (text.get(at++) - '0');
        }
        // A number beyond 63 bits is a limit that says "none".
        return begin == at || negative ? Usage.UNKNOWN : value < 0 ? Long.MAX_VALUE : value;
    }

    /** A number with two decimals, times a hundred. */
    long hundredths() {
        long whole = number();
        if (whole == Usage.UNKNOWN) {
            return Usage.UNKNOWN;
        }
        long fraction = 0;
        if (at < length && text.get(at) == '.') {
            at++;
            for (int i = 0; i < 2; i++) {
                boolean more = at < length && digit(text.get(at));
                fraction = fraction * 10 + (more ? text.get(at++) - '0' : 0);
            }
        }
        return whole * HUNDRED + fraction;
    }

    private static boolean digit(byte one) {
        return one >= '0' && one <= '9';
    }

    private void skipBlanks() {
        while (at < length && (text.get(at) == ' ' || text.get(at) == '\t')) {
            at++;
        }
    }

    /** Skips so many words and the blanks before them. */
    void skipWords(int count) {
        for (int i = 0; i < count; i++) {
            skipBlanks();
            while (at < length && text.get(at) > ' ') {
                at++;
            }
        }
    }

    /** Goes to behind the next line feed; false at the end. */
    boolean nextLine() {
        while (at < length && text.get(at++) != '\n') {
            continue;
        }
        return at < length;
    }

    /** Whether the text goes on with this name; if so, goes behind it. */
    boolean take(byte[] name) {
        if (at + name.length > length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (text.get(at + i) != name[i]) {
                return false;
            }
        }
        at += name.length;
        return true;
    }

    /** The number behind a name at the beginning of a line, the blank being part of the name; else unknown. */
    long field(byte[] name) {
        seek(0);
        do {
            if (take(name)) {
                return number();
            }
        } while (nextLine());
        return Usage.UNKNOWN;
    }

    /** The sum of all numbers behind a name, wherever it stands; 0 if it does not. */
    long sum(byte[] name) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            seek(i);
            if (take(name)) {
                sum += Math.max(0, number());
            }
        }
        return sum;
    }

    /** How many lines there are. */
    int lines() {
        int lines = 0;
        for (int i = 0; i < length; i++) {
            lines += text.get(i) == '\n' ? 1 : 0;
        }
        return lines;
    }

    /** The index behind the last of these bytes, or -1. */
    int behindLast(char one) {
        for (int i = length - 1; i >= 0; i--) {
            if (text.get(i) == one) {
                return i + 1;
            }
        }
        return -1;
    }
}
