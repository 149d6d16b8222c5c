package io.shipote.core.store;

import io.shipote.core.Loop;
import io.shipote.core.store.JournalRecord.Put;
import io.shipote.core.store.JournalRecord.Remove;
import io.shipote.core.store.StoreTask.Append;
import io.shipote.core.store.StoreTask.Fold;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable intent: entries by section and key, as bytes. Each mutation is one record in {@code state.journal},
 * synced before it is acknowledged; a fold makes {@code state.json} of snapshot and journal. The cost of a mutation
 * does not depend on the number of entries.
 *
 * <p>{@link #open} blocks and may run on any thread before anything is served; from {@link #attach} on everything is
 * called on the loop and nothing blocks, and every callback comes on the loop, later than the call and in the order of
 * the calls. One store at a time per directory: the caller holds the lock.
 */
public final class StateStore {
    /** The longest key in bytes of UTF-8. */
    public static final int MAX_KEY_BYTES = 4096;
    /** The largest entry in bytes. */
    public static final int MAX_ENTRY_BYTES = 16 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(StateStore.class);

    private final StoreFiles files;
    private final Path state;
    private final StoreDisk disk;
    private final List<String> warnings;
    private final EntryTable entries;
    private final Waiting waiting = new Waiting();
    private boolean dirty;
    private boolean closed;
    private Refresher refresher = (section, key) -> Optional.empty();
    private Loop loop;
    private StoreThread thread;
    private AutoFold autoFold;

    /**
     * How to open.
     *
     * @param recover go on from the newest good generation if the state cannot be read, keeping the bad file aside
     * @param generation go back to this generation first, 1 being the newest, keeping the state aside
     */
    public record Options(boolean recover, OptionalInt generation) {
        /** The state as it is, or none. */
        public static final Options AS_IT_IS = new Options(false, OptionalInt.empty());

        /** The oldest generation that can be there. */
        public static final int OLDEST_GENERATION = Generations.KEPT;
    }

    private StateStore(StoreFiles files, Path state, StoreDisk disk, Loaded loaded, List<String> warnings) {
        this.files = files;
        this.state = state;
        this.disk = disk;
        this.entries = loaded.entries();
        this.dirty = loaded.unfolded();
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Reads {@code state.json} (none: no entries) and the journal that extends it. Blocks.
     *
     * @throws StateUnreadableException if one of them, or the generation asked for, is damaged or newer than we are; they
     *     are left untouched
     */
    public static StateStore open(Path stateDir, StoreFiles files, EntryKeys keys, Options options) throws IOException {
        Path state = stateDir.resolve(StateReader.STATE);
        AtomicFiles atomic = new AtomicFiles(files);
        List<String> warnings = new ArrayList<>();
        StateReader reader = new StateReader(stateDir, files, atomic, keys, warnings);
        Loaded loaded = reader.load(options);
        return new StateStore(files, state, new StoreDisk(files, atomic, state, loaded), loaded, warnings);
    }

    /**
     * The entries that {@link #open} would find, without changing a file: for a look at the state of a daemon that runs.
     * Blocks. While that daemon folds, the two files may not fit together for a moment.
     *
     * @throws StateUnreadableException as {@link #open}
     */
    public static List<Stored> look(Path stateDir, StoreFiles files, EntryKeys keys, Section section)
            throws IOException {
        StoreFiles below = new ReadOnlyFiles(files);
        StateReader reader = new StateReader(stateDir, below, new AtomicFiles(below), keys, new ArrayList<>());
        return reader.load(Options.AS_IT_IS).entries().entries(section);
    }

    /** What opening had to do that someone should know, one sentence each. */
    public List<String> warnings() {
        return warnings;
    }

    /** The acknowledged entries in the file's order. */
    public List<Stored> entries(Section section) {
        return entries.entries(section);
    }

    /** Whether an acknowledged mutation is not in {@code state.json} yet. */
    public boolean dirty() {
        return dirty;
    }

    /** Whether {@code state.json} is there now: one {@code stat}. */
    public boolean fileExists() {
        return files.exists(state);
    }

    /** The path of {@code state.json}. */
    public Path path() {
        return state;
    }

    /** Starts the store thread. Once, on the loop. */
    public void attach(Loop loop) {
        if (this.loop != null) {
            throw new IllegalStateException("already attached");
        }
        this.loop = loop;
        autoFold = new AutoFold(loop, this::foldUnasked);
        thread = new StoreThread(disk, state, loop, new Answers());
        thread.start();
        if (dirty) {
            autoFold.mutated(disk.journalBytes());
        }
    }

    /** Sets who is asked at each fold for newer bytes of the entries that have no mutation on its way. */
    public void onFold(Refresher refresher) {
        this.refresher = refresher;
    }

    /**
     * Sets the entry's bytes, in its place or last.
     *
     * @param entry JSON as it shall stand in the snapshot; not to be changed afterwards
     * @param done gets empty once it is durable, else why it is not: then nothing has changed.
     *     {@link StoreBusyException} if too much is waiting, {@link StoreClosedException} after {@link #close}
     */
    public void put(Section section, String key, byte[] entry, Consumer<Optional<IOException>> done) {
        mutate(section, key, new Put(section, key, entry), entry.length, done);
    }

    /** Removes the entry, if there is one; {@code done} as for {@link #put}. */
    public void remove(Section section, String key, Consumer<Optional<IOException>> done) {
        mutate(section, key, new Remove(section, key), 0, done);
    }

    private void mutate(
            Section section, String key, JournalRecord record, int bytes, Consumer<Optional<IOException>> done) {
        int keyBytes = key.getBytes(StandardCharsets.UTF_8).length;
        int size = keyBytes + bytes;
        IOException refusal = null;
        if (closed) {
            refusal = new StoreClosedException();
        } else if (keyBytes > MAX_KEY_BYTES || bytes > MAX_ENTRY_BYTES) {
            refusal = new IOException("an entry of " + bytes + " bytes with a key of " + keyBytes + " is too large (at"
                    + " most " + MAX_ENTRY_BYTES + " and " + MAX_KEY_BYTES + ")");
        } else if (!waiting.roomFor(size)) {
            refusal = new StoreBusyException("too many changes are waiting for the disk (try again)");
        }
        if (refusal != null) {
            Optional<IOException> error = Optional.of(refusal);
            loop.execute(() -> done.accept(error));
            return;
        }
        waiting.add(section, key, size);
        thread.submit(new Append(section, key, record, size, done));
    }

    /** Writes the snapshot, if there is a mutation that is not in it or it is not there. */
    public void fold(Consumer<FoldResult> done) {
        fold(false, done);
    }

    /** Folds what was asked for before this call, then ends the store thread; later calls fail. */
    public void close(Consumer<FoldResult> done) {
        fold(true, done);
    }

    private void fold(boolean last, Consumer<FoldResult> done) {
        IOException refusal = null;
        if (closed) {
            refusal = new StoreClosedException();
        } else if (!last && !waiting.roomForFold()) {
            refusal = new StoreBusyException("too many saves are waiting for the disk (try again)");
        }
        if (refusal != null) {
            FoldResult result = new FoldResult(state, false, Optional.of(refusal));
            loop.execute(() -> done.accept(result));
            return;
        }
        closed = last;
        waiting.addFold();
        thread.submit(new Fold(fresher(), loop.nanoTime(), loop.wallMillis(), last, done));
    }

    /**
     * Not for entries with a mutation on its way: the answer might be older than that, and a fold comes after it. Not
     * when nothing will be written either.
     */
    private List<Put> fresher() {
        List<Put> fresher = new ArrayList<>();
        if (!dirty && waiting.none() && fileExists()) {
            return fresher;
        }
        for (Section section : Section.values()) {
            for (String key : entries.keys(section)) {
                if (!waiting.has(section, key)) {
                    refresher.refresh(section, key).ifPresent(bytes -> fresher.add(new Put(section, key, bytes)));
                }
            }
        }
        return fresher;
    }

    private void foldUnasked() {
        fold(result -> result.error().ifPresent(e -> LOG.warn("{} could not be saved", state, e)));
    }

    private final class Answers implements StoreThread.Answers {
        @Override
        public void appended(List<Append> group, Optional<IOException> error, long journalBytes) {
            for (Append append : group) {
                waiting.done(append.section(), append.key(), append.size());
                if (error.isEmpty()) {
                    entries.apply(append.record());
                    dirty = true;
                }
            }
            if (!closed) {
                autoFold.mutated(journalBytes);
            }
            RuntimeException first = null;
            for (Append append : group) {
                try {
                    append.done().accept(error);
                } catch (RuntimeException e) {
                    // Thrown below: the others were promised an answer too.
                    first = first == null ? e : first;
                }
            }
            if (first != null) {
                throw first;
            }
        }

        @Override
        public void folded(Fold fold, FoldResult result) {
            waiting.doneFold();
            if (result.error().isEmpty()) {
                dirty = false;
            }
            if (result.written()) {
                fold.fresher().stream()
                        .filter(put -> entries.has(put.section(), put.key()))
                        .forEach(entries::apply);
            }
            if (closed) {
                autoFold.cancel();
            } else {
                autoFold.folded(result.error().isEmpty());
            }
            fold.done().accept(result);
        }
    }
}
