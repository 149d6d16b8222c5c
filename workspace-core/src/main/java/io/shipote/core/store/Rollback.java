package io.shipote.core.store;

import io.shipote.core.store.JournalRecord.Folded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Puts a generation in the place of the state, as asked for by {@code --generation}. Snapshot and journal are kept aside
 * as {@code <name>.before-rollback-<n>}. As in a fold, the journal names the new snapshot before that is there: after a
 * crash on the way the next start finds the old state or the new one, whole.
 */
final class Rollback {
    private final Path state;
    private final Path journal;
    private final StoreFiles files;
    private final AtomicFiles atomic;
    private final EntryKeys keys;
    private final Consumer<String> warn;

    Rollback(Path directory, StoreFiles files, AtomicFiles atomic, EntryKeys keys, Consumer<String> warn) {
        this.state = directory.resolve(StateReader.STATE);
        this.journal = directory.resolve(StateReader.JOURNAL);
        this.files = files;
        this.atomic = atomic;
        this.keys = keys;
        this.warn = warn;
    }

    /**
     * @param number of the generation, 1 the newest
     * @throws StateUnreadableException if it cannot be read; nothing has changed then
     */
    void to(int number) throws IOException {
        Path path = Generations.path(state, number);
        Optional<byte[]> generation = files.read(path, StateFile.MAX_BYTES);
        if (generation.isEmpty()) {
            throw new IOException(
                    "there is no generation " + number + ": " + path + " does not exist (" + kept() + ")");
        }
        StateFile.decode(path, generation.get(), keys);
        Aside aside = new Aside(files, "before-rollback", warn);
        if (files.exists(state)) {
            aside.keep(state);
        }
        Optional<byte[]> records = files.read(journal, Journal.MAX_BYTES * 2);
        if (records.isPresent()) {
            aside.keep(journal);
        }
        atomic.replace(journal, naming(records.orElse(new byte[0]), Mark.of(generation.get())));
        atomic.replace(state, generation.get());
        warn.accept("rolled back to " + path);
    }

    /** A journal that goes on from the old snapshot as before, and from the new one with nothing. */
    private static byte[] naming(byte[] journal, Mark mark) {
        JournalFormat.Contents contents = JournalFormat.read(journal);
        if (contents.base().isEmpty() || contents.damagedAt().isPresent()) {
            // The old state could not have been read anyway.
            return Journal.file(mark, List.of());
        }
        List<JournalRecord> records = new ArrayList<>(contents.records());
        records.add(new Folded(mark));
        return Journal.file(contents.base().get(), records);
    }

    private String kept() {
        List<String> there = Generations.paths(state).stream()
                .filter(files::exists)
                .map(path -> path.getFileName().toString())
                .toList();
        return there.isEmpty() ? "there is none yet" : "there is " + String.join(", ", there);
    }
}
