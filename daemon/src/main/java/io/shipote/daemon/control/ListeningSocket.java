package io.shipote.daemon.control;

import io.shipote.core.linux.Fd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A descriptor that came with the process and should be the socket that it listens on. Touches files: call off the loop. */
final class ListeningSocket {
    private static final Pattern SOCKET = Pattern.compile("socket:\\[(\\d+)]");

    /** {@code __SO_ACCEPTCON}, as /proc/net/unix prints the flags. */
    private static final String LISTENS = "00010000";

    private static final int FLAGS = 3;
    private static final int INODE = 6;
    private static final int PATH = 7;

    private ListeningSocket() {}

    /**
     * Makes the descriptor ours: closed by an exec, never blocking.
     *
     * @throws IOException if it is no unix socket that listens on this path, told by {@code /proc/net/unix}, see unix(7)
     */
    static void take(int descriptor, Path path) throws IOException {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        if (!Files.exists(link)) {
            throw new IOException("descriptor " + descriptor + " was to be the socket and is not open");
        }
        String target = Files.readSymbolicLink(link).toString();
        Matcher socket = SOCKET.matcher(target);
        Optional<String> bound = socket.matches() ? boundTo(socket.group(1)) : Optional.empty();
        if (!bound.equals(Optional.of(path.toString()))) {
            throw new IOException("descriptor " + descriptor + " was to listen on " + path + " and is " + target
                    + bound.map(other -> ", listening on " + other).orElse(""));
        }
        Fd fd = Fd.owned(descriptor);
        fd.keepOverExec(false);
        fd.setNonBlocking();
    }

    private static Optional<String> boundTo(String inode) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/net/unix")).stream()
                .map(line -> line.trim().split(" +", PATH + 1))
                .filter(words -> words.length > PATH && words[INODE].equals(inode) && words[FLAGS].equals(LISTENS))
                .map(words -> words[PATH])
                .findFirst();
    }
}
