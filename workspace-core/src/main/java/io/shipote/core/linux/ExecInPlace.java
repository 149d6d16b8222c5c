package io.shipote.core.linux;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Replaces the program of this process, which stays the same process with the same children; see {@code execve(2)}.
 *
 * <p>Texts are given and taken byte by byte: each char of a {@code String} here is one byte (ISO 8859-1), so that what is
 * not UTF-8 comes through as it is.
 */
public final class ExecInPlace {
    /** The standard three are kept as they are. */
    private static final int FIRST = 3;

    private static final long ALL = 0xFFFF_FFFFL;

    private ExecInPlace() {}

    /**
     * Does not return if it succeeds: all other threads end where they are, without a finally block or a shutdown hook. No
     * other thread may be starting a process, see {@link Spawner#whileNothingStarts}.
     *
     * @param program absolute
     * @param arguments from argv[0] on, one byte a char
     * @param environment {@code NAME=value}, one byte a char
     * @param kept what stays open besides the standard three; these stay the caller's if it fails
     * @throws ErrnoException why not (ENOENT, EACCES, ENOEXEC, E2BIG …); the process goes on as before
     */
    public static void run(Path program, List<String> arguments, List<String> environment, List<Fd> kept)
            throws ErrnoException {
        try (Memory argv = CString.tableOf(bytes(arguments));
                Memory envp = CString.tableOf(bytes(environment));
                Memory none = new Memory(LibC.SIZEOF_SIGSET);
                Memory before = new Memory(LibC.SIZEOF_SIGSET)) {
            // Most descriptors of the virtual machine are not close-on-exec.
            if (LibC.syscall(LibC.SYS_CLOSE_RANGE, FIRST, ALL, LibC.CLOSE_RANGE_CLOEXEC, 0) < 0) {
                throw new ErrnoException("close_range", "", LibC.errno());
            }
            none.clear();
            // The mask of this thread becomes that of the new program, and the virtual machine blocks SIGQUIT.
            if (LibC.sigprocmask(LibC.SIG_SETMASK, Pointer.nativeValue(none), Pointer.nativeValue(before)) < 0) {
                throw new ErrnoException("sigprocmask", "", LibC.errno());
            }
            try {
                for (Fd fd : kept) {
                    fd.keepOverExec(true);
                }
                LibC.execve(CString.of(program), Pointer.nativeValue(argv), Pointer.nativeValue(envp));
                throw new ErrnoException("execve", program.toString(), LibC.errno());
            } finally {
                LibC.sigprocmask(LibC.SIG_SETMASK, Pointer.nativeValue(before), 0);
                for (Fd fd : kept) {
                    fd.keepOverExec(false);
                }
            }
        }
    }

    private static List<byte[]> bytes(List<String> texts) {
        return texts.stream()
                .map(text -> (text + '\0').getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }
}
