package io.shipote.core.linux;

import java.nio.file.Path;
import java.util.Objects;

/** Where one of the three standard descriptors of a child goes to or comes from. */
public sealed interface Stdio {
    /** {@code /dev/null}. */
    static Stdio none() {
        return new Null();
    }

    /** Opens it in the parent, so that a failure names the file. The child gets a copy. */
    Fd open() throws ErrnoException;

    /** Nothing to read; what is written is dropped. */
    record Null() implements Stdio {
        @Override
        public Fd open() throws ErrnoException {
            return Fd.open(Path.of("/dev/null"), Fd.Access.READ_WRITE);
        }
    }

    /** Reads a file from its start; a FIFO without a writer blocks the launch. */
    record ReadFile(Path path) implements Stdio {
        public ReadFile {
            Objects.requireNonNull(path);
        }

        @Override
        public Fd open() throws ErrnoException {
            return Fd.open(path, Fd.Access.READ);
        }
    }

    /** Appends to a file, which is made with mode 0600 if it is not there. Outlives any reader. */
    record AppendFile(Path path) implements Stdio {
        public AppendFile {
            Objects.requireNonNull(path);
        }

        @Override
        public Fd open() throws ErrnoException {
            return Fd.open(path, Fd.Access.APPEND);
        }
    }

    /** A descriptor of ours, usually a pipe's end; it stays ours and open. */
    record End(Fd fd) implements Stdio {
        public End {
            Objects.requireNonNull(fd);
        }

        @Override
        public Fd open() throws ErrnoException {
            return fd.duplicate();
        }
    }
}
