package io.shipote.core.store;

import io.shipote.core.store.JournalRecord.Folded;
import io.shipote.core.store.JournalRecord.Put;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What is on disk, and how it gets there. It has its own table of what is durable, so that a fold holds exactly the
 * records that are in the journal at that moment, acknowledged on the loop or not yet. After {@link StateStore#attach}
 * used by the store thread alone.
 */
final class StoreDisk {
    private final StoreFiles files;
    private final AtomicFiles atomic;
    private final Path state;
    private final Root root;
    private final Journal journal;
    private final Generations generations;
    private final Previous previous;
    private EntryTable durable;
    private boolean unfolded;

    StoreDisk(StoreFiles files, AtomicFiles atomic, Path state, Loaded loaded) {
        this.files = files;
        this.atomic = atomic;
        this.state = state;
        this.root = loaded.root();
        this.journal = loaded.journal();
        this.generations = new Generations(files, atomic, state);
        this.previous = new Previous(files, atomic, state);
        this.durable = new EntryTable(loaded.entries());
        this.unfolded = loaded.unfolded();
    }

    /** Makes all of the mutations durable, or none. */
    void append(List<JournalRecord> group) throws IOException {
        journal.append(group);
        group.forEach(durable::apply);
        unfolded = true;
    }

    /**
     * Writes the snapshot, if there is anything to write. The order makes each crash harmless: the journal first names
     * the new snapshot, so whichever of the two is found afterwards, it is known which records are still missing in it.
     *
     * @param fresher newer bytes for entries without a mutation on its way
     * @return whether it was written
     */
    boolean fold(List<Put> fresher, long nowNanos, long wallMillis) throws IOException {
        if (!unfolded && !journal.broken() && files.exists(state)) {
            return false;
        }
        if (journal.broken()) {
            journal.repair();
        }
        EntryTable entries = new EntryTable(durable);
        fresher.stream().filter(put -> entries.has(put.section(), put.key())).forEach(entries::apply);
        byte[] snapshot = StateFile.encode(state, root, entries, wallMillis);
        Mark mark = Mark.of(snapshot);
        Path staged = atomic.stage(state, snapshot);
        try {
            journal.append(List.of(new Folded(mark)));
            generations.keepIfDue(nowNanos);
            previous.keepSnapshot();
        } catch (IOException e) {
            throw atomic.discard(staged, e);
        }
        atomic.commit(staged, state);
        previous.keepJournal();
        journal.reset(mark);
        durable = entries;
        unfolded = false;
        return true;
    }

    long journalBytes() {
        return journal.size();
    }

    void close() throws IOException {
        journal.close();
    }
}
