package io.shipote.core.store;

import io.shipote.core.store.JournalRecord.Folded;
import io.shipote.core.store.StateFile.Decoded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the state at the start: the snapshot, then those records of the journal that are not in it yet. The journal
 * names the snapshot it extends and each that it was folded into; the last one named that is the one found tells where
 * to begin. It writes only to cut a torn end, to drop a journal that is folded whole, and to recover.
 */
final class StateReader {
    static final String STATE = "state.json";
    static final String JOURNAL = "state.journal";

    private static final Logger LOG = LoggerFactory.getLogger(StateReader.class);

    private final Path directory;
    private final Path state;
    private final Path journal;
    private final StoreFiles files;
    private final AtomicFiles atomic;
    private final EntryKeys keys;
    private final List<String> warnings;

    StateReader(Path directory, StoreFiles files, AtomicFiles atomic, EntryKeys keys, List<String> warnings) {
        this.directory = directory;
        this.state = directory.resolve(STATE);
        this.journal = directory.resolve(JOURNAL);
        this.files = files;
        this.atomic = atomic;
        this.keys = keys;
        this.warnings = warnings;
    }

    Loaded load(StateStore.Options options) throws IOException {
        files.makeDirs(directory);
        atomic.removeLeftovers(directory, STATE, JOURNAL);
        if (options.generation().isPresent()) {
            new Rollback(directory, files, atomic, keys, this::warn)
                    .to(options.generation().getAsInt());
        }
        try {
            return read();
        } catch (StateUnreadableException e) {
            if (!options.recover()) {
                throw e;
            }
            warn(e.getMessage());
            new Recovery(directory, files, atomic, keys, this::warn).run();
            return read();
        }
    }

    private Loaded read() throws IOException {
        // A daemon that was killed may have left names that are not durable yet, and new records are about to rely on
        // them.
        files.syncDir(directory);
        Optional<byte[]> file = files.read(state, StateFile.MAX_BYTES);
        Mark mark = file.map(Mark::of).orElse(Mark.NO_FILE);
        Decoded snapshot = file.isPresent() ? StateFile.decode(state, file.get(), keys) : Decoded.nothing();
        byte[] bytes = files.read(journal, Journal.MAX_BYTES * 2).orElse(new byte[0]);
        JournalFormat.Contents contents = JournalFormat.read(bytes);
        if (contents.damagedAt().isPresent()) {
            throw StateUnreadableException.binary(
                    journal, contents.damagedAt().getAsLong(), "a record is damaged, or of a newer version");
        }
        List<JournalRecord> records = contents.records();
        Optional<Integer> from = from(contents, mark);
        if (from.isEmpty() && !records.isEmpty()) {
            String problem = file.isPresent() ? STATE + " is not the file that it extends" : STATE + " is missing";
            throw StateUnreadableException.binary(journal, 0, problem);
        }
        long end = contents.goodEnd();
        boolean unfolded = false;
        for (JournalRecord record : records.subList(from.orElse(0), records.size())) {
            snapshot.entries().apply(record);
            unfolded |= !(record instanceof Folded);
        }
        if (from.isEmpty()) {
            // No record, and for another snapshot or cut within its header: the first append makes a new one.
            end = 0;
        } else if (unfolded || bytes.length > end) {
            settle(bytes, Math.toIntExact(end));
        }
        Journal open = new Journal(files, atomic, journal, mark, end);
        if (!unfolded && !records.isEmpty()) {
            // All of it is in the snapshot: a crash came between the two.
            open.reset(mark);
        }
        return new Loaded(snapshot.root(), snapshot.entries(), open, unfolded);
    }

    /** The index of the first record that is not in the snapshot, or empty if the journal does not know it. */
    private static Optional<Integer> from(JournalFormat.Contents contents, Mark mark) {
        return from(contents.base(), contents.records(), mark);
    }

    /** As above, for the records that lead on from the snapshot {@code base}. */
    static Optional<Integer> from(Optional<Mark> base, List<JournalRecord> records, Mark mark) {
        for (int i = records.size() - 1; i >= 0; i--) {
            if (records.get(i) instanceof Folded folded && folded.snapshot().equals(mark)) {
                return Optional.of(i + 1);
            }
        }
        return base.filter(mark::equals).map(same -> 0);
    }

    /**
     * Makes durable what is state from now on, though the daemon before may have been killed before it synced that, and cuts
     * the rest. Written anew: after a failed sync the kernel may show bytes that no later sync writes (fsync(2), EIO).
     */
    private void settle(byte[] bytes, int end) throws IOException {
        if (bytes.length > end) {
            warn(journal + ": " + (bytes.length - end)
                    + " bytes at the end were not written in full, so never acknowledged, and are cut");
        }
        try {
            atomic.replace(journal, Arrays.copyOf(bytes, end));
        } catch (IOException e) {
            // A full disk shall not keep a daemon from starting.
            LOG.warn("{} is not written anew but synced as it is", journal, e);
            try (StoreFiles.OpenFile file = files.open(journal)) {
                file.truncate(end);
                file.force();
            }
        }
    }

    private void warn(String warning) {
        warnings.add(warning);
        LOG.warn("{}", warning);
    }
}
