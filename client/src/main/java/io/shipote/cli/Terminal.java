package io.shipote.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Shows one text after the other: in place on a terminal, below each other elsewhere. */
final class Terminal {
    private static final Path OUTPUT = Path.of("/proc/self/fd/1");
    private static final String HOME = "\u001b[H";
    private static final String REST_OF_LINE = "\u001b[K";
    private static final String REST_OF_SCREEN = "\u001b[J";
    private static final String WHOLE_SCREEN = "\u001b[2J";

    private final Console console;
    private final boolean inPlace;
    private boolean begun;

    Terminal(Console console, boolean inPlace) {
        this.console = console;
        this.inPlace = inPlace;
    }

    static Terminal ofProcess(Console console) {
        return new Terminal(console, isTerminal());
    }

    /** Where standard output leads, proc_pid_fd(5); the JDK's own answer wants standard input to be a terminal too. */
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(OUTPUT).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException e) {
            return false;
        }
    }

    /** @param text whole lines */
    void show(String text) {
        if (!inPlace) {
            console.text(begun ? "\n" + text : text);
        } else {
            String lines = text.replace("\n", REST_OF_LINE + "\n");
            console.text((begun ? "" : WHOLE_SCREEN) + HOME + lines + REST_OF_SCREEN);
        }
        begun = true;
    }
}
