package io.shipote.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The daemon's files, as seen by one who only reads them. */
final class StateFiles {
    /** Generations that a daemon keeps. */
    static final int GENERATIONS = 5;

    /** A journal no longer than this has no change in it, only what it extends. */
    private static final long EMPTY_JOURNAL_BYTES = 24;

    private final Path directory;

    StateFiles(Path directory) {
        this.directory = directory;
    }

    Path state() {
        return directory.resolve("state.json");
    }

    /** A generation by its number, else a file. */
    Path named(String word) {
        if (!word.matches("\\d{1,9}")) {
            return Path.of(word);
        }
        int number = Integer.parseInt(word);
        if (number < 1 || number > GENERATIONS) {
            throw new UsageException("generations have the numbers 1 to " + GENERATIONS + ", not " + word);
        }
        return generation(number);
    }

    Path generation(int number) {
        return directory.resolve("state.json." + number);
    }

    /** A crash can leave a gap, so that the newest is not always the first. */
    Path newestGeneration() {
        for (int number = 1; number <= GENERATIONS; number++) {
            if (Files.exists(generation(number))) {
                return generation(number);
            }
        }
        throw new SpecException(List.of(
                directory + ": there is no generation yet (the daemon keeps one at its first save after each start)"));
    }

    /** Where a rollback will keep the state that is there now. */
    Path nextAside() {
        int n = 1;
        while (Files.exists(directory.resolve("state.json.before-rollback-" + n))) {
            n++;
        }
        return directory.resolve("state.json.before-rollback-" + n);
    }

    /** Whether there are changes that {@link #state} has not. */
    boolean unsaved() {
        try {
            return Files.size(directory.resolve("state.journal")) > EMPTY_JOURNAL_BYTES;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at the journal", e);
        }
    }
}
