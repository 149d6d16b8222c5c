package io.shipote.core.store;

import io.shipote.core.store.JournalRecord.Folded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes an unreadable state readable, as asked for by {@code --recover}: the newest good generation in the place of a
 * bad snapshot, and on it the good records of the journal up to the first damaged one. What was there is kept aside as
 * {@code <name>.bad-<n>}. A crash on the way leaves a state that is refused again, and recovered alike.
 */
final class Recovery {
    private final Path state;
    private final Path journal;
    private final StoreFiles files;
    private final AtomicFiles atomic;
    private final EntryKeys keys;
    private final Consumer<String> warn;

    Recovery(Path directory, StoreFiles files, AtomicFiles atomic, EntryKeys keys, Consumer<String> warn) {
        this.state = directory.resolve(StateReader.STATE);
        this.journal = directory.resolve(StateReader.JOURNAL);
        this.files = files;
        this.atomic = atomic;
        this.keys = keys;
        this.warn = warn;
    }

    void run() throws IOException {
        Optional<byte[]> found = files.read(state, StateFile.MAX_BYTES);
        boolean good = found.isPresent() && readable(state, found.get());
        Optional<byte[]> snapshot = good ? found : newestGood(found.isPresent());
        Optional<byte[]> records = files.read(journal, Journal.MAX_BYTES * 2);
        Aside aside = new Aside(files, "bad", warn);
        if (found.isPresent() && !good) {
            aside.keep(state);
        }
        if (records.isPresent()) {
            aside.keep(journal);
        }
        Mark mark = snapshot.map(Mark::of).orElse(Mark.NO_FILE);
        // A record is its entry's last word whatever snapshot it stands on, so none is left out.
        List<JournalRecord> mutations = JournalFormat.read(records.orElse(new byte[0])).records().stream()
                .filter(record -> !(record instanceof Folded))
                .toList();
        atomic.replace(journal, Journal.file(mark, mutations));
        if (!good && snapshot.isPresent()) {
            atomic.replace(state, snapshot.get());
        }
        warn.accept("recovered, with " + mutations.size() + " changes from the journal");
    }

    private Optional<byte[]> newestGood(boolean needed) throws IOException {
        for (Path path : Generations.paths(state)) {
            Optional<byte[]> generation = files.read(path, StateFile.MAX_BYTES);
            if (generation.isPresent() && readable(path, generation.get())) {
                warn.accept("going on from " + path);
                return generation;
            }
        }
        if (needed) {
            throw StateUnreadableException.noGeneration(state);
        }
        return Optional.empty();
    }

    private boolean readable(Path path, byte[] file) {
        try {
            StateFile.decode(path, file, keys);
            return true;
        } catch (StateUnreadableException e) {
            warn.accept(e.getMessage());
            return false;
        }
    }
}
