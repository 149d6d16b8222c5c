package io.shipote.core.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What has to happen in the child between fork and exec, and {@code posix_spawn(3)} cannot do: a shell script
 * enters the groups, sets limits, and then becomes the program. The script is constant; everything else comes
 * to it as arguments.
 *
 * <p>How a failed launch is told from a program that exits with 126 or 127: the script has one more
 * descriptor, a pipe's end. It runs {@code exec} inside a redirection that closes this descriptor; the shell
 * keeps a copy of it to put back later, above 9 and close-on-exec. So the parent reads the end of the file at
 * the moment of a successful exec, and a word before it if anything failed.
 */
final class Trampoline {
    static final String SHELL = "/bin/sh";

    /** Room for the longest word. */
    private static final int MAX_WORD = 64;

    /** A frozen group stops the child in the middle; the launch does not wait longer for it. In ms. */
    private static final int MAX_WAIT = 2_000;

    /*
     * %d is the status descriptor. Without execfail one kind of shell leaves before the trap can write; the
     * other kind does not know the word, and runs the trap when exec fails.
     */
    private static final String SCRIPT = """
            trap 'echo "exec $?" >&%1$d' EXIT
            fail() { trap - EXIT; echo "$1" >&%1$d; exit 125; }
            groups=$1 nofile=$2 mask=$3; shift 3
            i=0
            while [ "$i" -lt "$groups" ]; do
              echo 0 2>/dev/null >"$1" || fail "group $i"
              i=$((i + 1)); shift
            done
            if [ -n "$nofile" ]; then ulimit -n "$nofile" 2>/dev/null || fail nofile; fi
            if [ -n "$mask" ]; then umask "$mask"; fi
            unset groups nofile mask i
            shopt -s execfail 2>/dev/null
            { exec "$@"; } %1$d>&-
            exit $?
            """;

    private Trampoline() {}

    /** The shell's argument list for a request whose program was found at {@code program}. */
    static List<String> arguments(SpawnRequest request, Path program, int statusFd) {
        List<String> words = new ArrayList<>(List.of(SHELL, "-c", script(statusFd), "sh"));
        words.addAll(words(request, program));
        return words;
    }

    static String script(int statusFd) {
        return String.format(SCRIPT, statusFd);
    }

    /** What the script is given: what to do, and the program. */
    static List<String> words(SpawnRequest request, Path program) {
        List<String> words = new ArrayList<>();
        words.add(Integer.toString(request.cgroupProcsFiles().size()));
        words.add(request.nofile().map(String::valueOf).orElse(""));
        words.add(request.umask().map(mask -> String.format("%04o", mask)).orElse(""));
        request.cgroupProcsFiles().forEach(file -> words.add(file.toString()));
        List<String> odd = request.environment().stream()
                .filter(Trampoline::shellWouldDrop)
                .toList();
        if (!odd.isEmpty()) {
            words.add("/usr/bin/env");
            words.addAll(odd);
        }
        // The shell looks a bare name up along the same PATH; without one it would have its own idea of it,
        // and it could take a name with a dash for an option.
        boolean asGiven = request.variable("PATH").isPresent()
                && odd.isEmpty()
                && !request.exec().startsWith("-");
        words.add(asGiven ? request.exec() : program.toString());
        words.addAll(request.argv());
        return words;
    }

    /** A shell passes on only variables whose names it could write itself, and has its own {@code IFS}. */
    static boolean shellWouldDrop(String entry) {
        String name = entry.substring(0, entry.indexOf('='));
        return !name.matches("[A-Za-z_][A-Za-z0-9_]*") || name.equals("IFS");
    }

    /** Waits for the exec; empty when it went well, or when nothing is known after {@link #MAX_WAIT}. */
    static Optional<ErrnoException> outcome(Fd status, SpawnRequest request, Path program) throws ErrnoException {
        if (status.poll(LibC.POLLIN, MAX_WAIT) == 0) {
            return Optional.empty();
        }
        String word = status.readText(MAX_WORD).trim();
        return word.isEmpty() ? Optional.empty() : Optional.of(failure(word, request, program));
    }

    /** @param word what the script wrote before it gave up */
    static ErrnoException failure(String word, SpawnRequest request, Path program) {
        String[] parts = word.split(" ");
        switch (parts[0]) {
            case "group":
                Path file = request.cgroupProcsFiles().get(Integer.parseInt(parts[1]));
                return new ErrnoException("enter group", file.toString(), whyNotEntered(file));
            case "nofile":
                return new ErrnoException(
                        "setrlimit RLIMIT_NOFILE", request.nofile().orElse(0L).toString(), Errno.EPERM);
            default:
                // 126: there, but cannot be executed. 127: not there, or its interpreter is not.
                int errno = parts.length > 1 && parts[1].equals("127") ? Errno.ENOENT : Errno.EACCES;
                return new ErrnoException("exec", program.toString(), errno);
        }
    }

    /** The shell does not tell: looked at again from here. */
    private static int whyNotEntered(Path procsFile) {
        if (!Files.exists(procsFile)) {
            return Errno.ENOENT;
        }
        return Files.isWritable(procsFile) ? Errno.EBUSY : Errno.EACCES;
    }
}
