package io.shipote.core.linux;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds a program before anything is started, by the rules of {@code execvp(3)}. */
public final class Exec {
    /** Where to look when the environment has no {@code PATH}. */
    public static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

    private Exec() {}

    /**
     * @param exec with a slash it is a path relative to {@code directory}, else a name to look up
     * @param pathVariable directories joined by colons; an empty or relative one is below {@code directory}
     * @param directory the directory that the program will start in
     * @return the absolute path of a regular file that we may execute
     * @throws ErrnoException of {@code chdir} for {@code directory}; of {@code exec} with ENOENT when there is
     *     no such program, with EACCES when there is one that cannot be executed
     */
    public static Path resolve(String exec, String pathVariable, Path directory) throws ErrnoException {
        checkDirectory(directory);
        Path base = directory.toAbsolutePath();
        if (exec.indexOf('/') >= 0) {
            Path program = base.resolve(exec);
            int errno = check(program);
            if (errno != 0) {
                throw new ErrnoException("exec", program.toString(), errno);
            }
            return program;
        }
        int worst = Errno.ENOENT;
        for (String entry : pathVariable.split(":", -1)) {
            Path program = base.resolve(entry).resolve(exec);
            int errno = check(program);
            if (errno == 0) {
                return program;
            }
            worst = errno == Errno.EACCES ? errno : worst;
        }
        throw new ErrnoException("exec", exec, worst);
    }

    private static void checkDirectory(Path directory) throws ErrnoException {
        if (!Files.exists(directory)) {
            throw new ErrnoException("chdir", directory.toString(), Errno.ENOENT);
        }
        if (!Files.isDirectory(directory)) {
            throw new ErrnoException("chdir", directory.toString(), Errno.ENOTDIR);
        }
        if (LibC.access(CString.of(directory), LibC.X_OK) < 0) {
            throw new ErrnoException("chdir", directory.toString(), LibC.errno());
        }
    }

    /** 0, or why it cannot be executed. */
    private static int check(Path program) {
        if (LibC.access(CString.of(program), LibC.X_OK) < 0) {
            return LibC.errno();
        }
        // A directory may have the bit as well, and a device or socket is no program.
        return Files.isRegularFile(program) ? 0 : Errno.EACCES;
    }
}
