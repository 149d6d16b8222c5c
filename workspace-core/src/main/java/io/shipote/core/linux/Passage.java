package io.shipote.core.linux;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The way through tools ({@code unshare(1)}, {@code setpriv(1)}, …) that a process goes before it becomes the program.
 * An outer shell enters the groups and becomes the first tool; the last one becomes an inner shell, which does what
 * {@link Trampoline} does alone where there are no tools.
 *
 * <p>How a failure is told: what the tools write to standard error comes to us, through a pipe, and not into the
 * program's log. A second pipe tells that the program runs, by its end of file, as in {@link Trampoline}; but a tool
 * may fork and stay behind with all its descriptors, so only the reading end goes the whole way, and the inner shell
 * opens it anew for writing through {@code /proc/self/fd}, see proc(5). Until it has, we hold a writing end ourselves.
 */
final class Passage implements AutoCloseable {
    /** What one more descriptor is needed for: messages, the program's standard error, the state. */
    static final int EXTRA = 3;

    /** A frozen group stops the child in the middle; the launch does not wait longer for it. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    private static final int MAX_TEXT = 4096;
    /** nice(1) goes on when it may not do what it is for. */
    private static final String WENT_ON = "nice: cannot set niceness";

    private static final String READY = "ready\n";

    /* %1$d messages, %2$d the place for the program's standard error. */
    private static final String OUTER = """
            groups=$1; shift
            i=0
            while [ "$i" -lt "$groups" ]; do
              echo 0 2>/dev/null >"$1" || { echo "group $i" >&%1$d; exit 125; }
              i=$((i + 1)); shift
            done
            exec %2$d>&2 2>&%1$d %1$d>&-
            unset groups i
            LC_ALL=C; export LC_ALL
            exec "$@"
            """;

    /* %1$d the place of the program's standard error, %2$d the state. */
    private static final String INNER = """
            exec %2$d>/proc/self/fd/%2$d
            exec 2>&%1$d %1$d>&-
            if [ "$1" = 1 ]; then LC_ALL=$2; else unset LC_ALL; fi
            shift 2
            echo ready >&%2$d
            """;

    private final SpawnRequest request;
    private final Path program;
    private final Pipe messages;
    private final Pipe state;

    private Passage(SpawnRequest request, Path program, Pipe messages, Pipe state) {
        this.request = request;
        this.program = program;
        this.messages = messages;
        this.state = state;
    }

    static Passage open(SpawnRequest request, Path program) throws ErrnoException {
        Pipe messages = Pipe.open();
        try {
            return new Passage(request, program, messages, Pipe.openToAll());
        } catch (ErrnoException e) {
            messages.close();
            throw e;
        }
    }

    /** What the child keeps, above what the request says. */
    List<Fd> held() {
        // The middle one only keeps the number; the outer shell puts the standard error there.
        return List.of(messages.writeEnd(), messages.writeEnd(), state.readEnd());
    }

    /** @param first the number of the first of {@link #held()} in the child */
    List<String> arguments(int first) {
        int error = first + 1;
        int status = first + 2;
        List<String> words = new ArrayList<>(List.of(Trampoline.SHELL, "-c", String.format(OUTER, first, error), "sh"));
        words.add(Integer.toString(request.cgroupProcsFiles().size()));
        request.cgroupProcsFiles().forEach(file -> words.add(file.toString()));
        words.addAll(request.through());
        String script = String.format(INNER, error, status) + Trampoline.script(status);
        Optional<String> language = request.variable("LC_ALL");
        words.addAll(List.of(Trampoline.SHELL, "-c", script, "sh"));
        words.add(language.isPresent() ? "1" : "0");
        words.add(language.orElse(""));
        words.addAll(Trampoline.words(request.withCgroups(List.of()), program));
        return words;
    }

    /** Waits until the program runs; empty when it does, or when nothing is known in time. */
    Optional<ErrnoException> outcome(PidFd process) throws ErrnoException {
        messages.writeEnd().close();
        StringBuilder told = new StringBuilder();
        long end = System.nanoTime() + MAX_WAIT.toNanos();
        while (System.nanoTime() < end) {
            int wait =
                    (int) Math.max(1, Duration.ofNanos(end - System.nanoTime()).toMillis());
            boolean more = Fd.pollEither(state.readEnd(), process.fd(), wait);
            if (more) {
                String word = state.readEnd().readSome(MAX_TEXT);
                if (word.isEmpty()) {
                    return ended(told.toString());
                }
                told.append(word);
                if (told.indexOf(READY) >= 0) {
                    state.writeEnd().close();
                }
            } else if (process.await(Duration.ZERO) && state.readEnd().poll(LibC.POLLIN, 0) == 0) {
                // Ended without a word, also none between the two looks that one poll(2) takes.
                return Optional.of(failure(said(), request));
            }
        }
        return Optional.empty();
    }

    /** The program runs, or could not be executed; or a tool went on though it could not do its part. */
    private Optional<ErrnoException> ended(String told) throws ErrnoException {
        String word = told.substring(READY.length()).trim();
        if (!word.isEmpty()) {
            return Optional.of(Trampoline.failure(word, request, program));
        }
        return said().lines().filter(line -> line.contains(WENT_ON)).findFirst().map(line -> failure(line, request));
    }

    /** What the tools have written so far. */
    private String said() throws ErrnoException {
        StringBuilder text = new StringBuilder();
        while (text.length() < MAX_TEXT && messages.readEnd().poll(LibC.POLLIN, 0) != 0) {
            String more = messages.readEnd().readSome(MAX_TEXT);
            if (more.isEmpty()) {
                break;
            }
            text.append(more);
        }
        return text.toString();
    }

    /** From the last line that a tool wrote: {@code unshare: unshare failed: Operation not permitted}. */
    static ErrnoException failure(String said, SpawnRequest request) {
        String line = said.lines()
                .filter(one -> !one.isBlank())
                .reduce((first, last) -> last)
                .orElse(request.through().get(0) + ": ended without a word")
                .trim();
        if (line.startsWith("group ")) {
            return Trampoline.failure(line, request, Path.of(request.exec()));
        }
        int errno = Errno.ofMessage(line);
        if (errno == 0) {
            return new ErrnoException(line, "", line.endsWith("not found") ? Errno.ENOENT : Errno.EIO);
        }
        return new ErrnoException(line.substring(0, line.lastIndexOf(": ")), "", errno);
    }

    @Override
    public void close() {
        messages.close();
        state.close();
    }
}
