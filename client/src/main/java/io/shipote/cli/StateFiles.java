package io.shipote.cli;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

    /**
     * A generation by its number, else a file; the state for null.
     *
     * @throws ShipoteException NOT_FOUND if it is not there
     * @throws SpecException if it is no snapshot
     */
    SnapshotFile read(String word) {
        Path path = word == null ? state() : named(word);
        if (Files.notExists(path)) {
            throw new ShipoteException(
                    ErrorCode.NOT_FOUND, missing(word, path), Map.of("target", word == null ? path.toString() : word));
        }
        return SnapshotFile.read(path);
    }

    private String missing(String word, Path path) {
        if (word == null) {
            return "there is no snapshot yet: " + path + " (a daemon writes it soon after a change, or at once: shipote"
                    + " snapshot save)";
        }
        if (!word.matches("\\d{1,9}")) {
            return "there is no snapshot " + path + " (give the path of one, or the number of a generation)";
        }
        List<String> there = new ArrayList<>();
        for (int number : generations()) {
            there.add(Integer.toString(number));
        }
        return "there is no generation " + word + ": " + path
                + (there.isEmpty()
                        ? " (there is none yet: the daemon keeps one at its first save after each start)"
                        : " (there is " + String.join(", ", there) + ")");
    }

    /** The numbers of those that are there, newest first. */
    List<Integer> generations() {
        List<Integer> there = new ArrayList<>();
        for (int number = 1; number <= GENERATIONS; number++) {
            if (Files.exists(generation(number))) {
                there.add(number);
            }
        }
        return there;
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

    /** The word for it. A crash can leave a gap, so that the newest is not always the first. */
    String newestGeneration() {
        List<Integer> there = generations();
        return Integer.toString(there.isEmpty() ? 1 : there.get(0));
    }

    /** Where a rollback will keep the state that is there now. */
    Path nextAside() {
        int n = 1;
        while (Files.exists(directory.resolve("state.json.before-rollback-" + n))) {
            n++;
        }
        return directory.resolve("state.json.before-rollback-" + n);
    }

    /** The name of the journal that a rollback keeps with that state. */
    static String journalBeside(Path aside) {
        return aside.getFileName().toString().replace("state.json.", "state.journal.");
    }

    /** Says on standard error if the state is shown and there are changes that it has not. */
    void tellUnsaved(Path shown, Console console) {
        if (shown.equals(state()) && unsaved()) {
            console.complain(shown + " lacks the newest changes (to have them in it: shipote snapshot save)");
        }
    }

    /** Whether there are changes that {@link #state} has not. */
    boolean unsaved() {
        try {
            return Files.size(directory.resolve("state.journal")) > EMPTY_JOURNAL_BYTES;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look at " + directory.resolve("state.journal"), e);
        }
    }
}
