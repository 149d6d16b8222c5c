package io.shipote.core.store;

import io.shipote.core.store.JournalRecord.Folded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The snapshot before the present one, {@code state.json.last}, and the journal that leads from it to this,
 * {@code state.journal.last}: should the present one be damaged, they and the journal are all that was acknowledged. Each
 * fold replaces both. To be used by one thread.
 */
final class Previous {
    private static final String SUFFIX = ".last";

    private final StoreFiles files;
    private final AtomicFiles atomic;
    private final Path state;
    private final Path journal;

    Previous(StoreFiles files, AtomicFiles atomic, Path state) {
        this.files = files;
        this.atomic = atomic;
        this.state = state;
        this.journal = state.resolveSibling(StateReader.JOURNAL);
    }

    /** Where the snapshot is kept. */
    static Path snapshot(Path state) {
        return state.resolveSibling(state.getFileName() + SUFFIX);
    }

    private Path journalKept() {
        return journal.resolveSibling(journal.getFileName() + SUFFIX);
    }

    /** Before another takes its place. */
    void keepSnapshot() throws IOException {
        if (files.exists(state)) {
            atomic.keepAs(state, snapshot(state));
        }
    }

    /** After that, and before the journal is begun anew; durably, as no file system promises an order of names. */
    void keepJournal() throws IOException {
        atomic.keepAs(journal, journalKept());
        files.syncDir(journal.getParent());
    }

    /**
     * Records in the order in which they were written.
     *
     * @param base the snapshot from which they lead on; empty if that cannot be told
     * @param present those of the journal itself, the last of {@code records}
     */
    record Chain(Optional<Mark> base, List<JournalRecord> records, List<JournalRecord> present) {
        /** The mutations that this snapshot has not, or empty if it is not one of those that the records know. */
        Optional<List<JournalRecord>> after(Mark snapshot) {
            return StateReader.from(base, records, snapshot)
                    .map(from -> mutations(records.subList(from, records.size())));
        }

        /** All of them: each is its entry's last word, whatever snapshot it is put on. */
        List<JournalRecord> all() {
            return mutations(records);
        }

        /** What a good snapshot has not: if it is not known, what the journal itself has. */
        List<JournalRecord> onTopOf(Mark snapshot) {
            return after(snapshot).orElseGet(() -> mutations(present));
        }

        private static List<JournalRecord> mutations(List<JournalRecord> records) {
            return records.stream()
                    .filter(record -> !(record instanceof Folded))
                    .toList();
        }
    }

    /** What the journal knows, with the one before it if the two fit together; damaged records are left out. */
    Chain chain(byte[] present) throws IOException {
        Optional<Mark> base = JournalFormat.read(present).base();
        List<JournalRecord> records = JournalFormat.salvage(present);
        byte[] bytes = files.read(journalKept(), Journal.MAX_BYTES * 2).orElse(new byte[0]);
        List<JournalRecord> earlier = JournalFormat.salvage(bytes);
        boolean fit = base.isPresent() && earlier.contains(new Folded(base.get()));
        if (!fit) {
            return new Chain(base, records, records);
        }
        List<JournalRecord> both = new ArrayList<>(earlier);
        both.addAll(records);
        return new Chain(JournalFormat.read(bytes).base(), both, records);
    }
}
