package io.shipote.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Standard output and standard error, unbuffered: a verb hands over whole texts. Always UTF-8. */
final class Console {
    private final OutputStream out;
    private final OutputStream err;

    Console(OutputStream out, OutputStream err) {
        this.out = out;
        this.err = err;
    }

    static Console ofProcess() {
        return new Console(new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err));
    }

    /** A line, or several, on standard output. */
    void line(String text) {
        out((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Text on standard output that has its line feeds already. */
    void text(String text) {
        out(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A line on standard error, in the one form that all our messages have. */
    void complain(String text) {
        err(("shipote: " + text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes on standard output as they are. */
    void out(byte[] bytes) {
        write(out, bytes);
    }

    /** Bytes on standard error as they are. */
    void err(byte[] bytes) {
        write(err, bytes);
    }

    private static void write(OutputStream stream, byte[] bytes) {
        try {
            stream.write(bytes);
            stream.flush();
        } catch (IOException e) {
            throw new OutputLost(e);
        }
    }

    /** Nobody reads what we write, or the disk is full. */
    static final class OutputLost extends RuntimeException {
        OutputLost(IOException cause) {
            super("cannot write the output: " + cause.getMessage(), cause);
        }

        /** Whether the reader simply went away, as {@code head} does. */
        boolean readerGone() {
            return String.valueOf(getCause().getMessage()).contains("Broken pipe");
        }
    }
}
