package io.shipote.core.store;

import io.shipote.core.store.Previous.Chain;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes an unreadable state readable, as asked for by {@code --recover}: in the place of a bad snapshot the newest good one
 * from which the journals lead on without a gap, else the newest good one; and on it the good records of the journals. What
 * was there is kept aside as {@code <name>.bad-<n>}. A crash on the way leaves a state that is refused again, and
 * recovered alike.
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
        Optional<byte[]> records = files.read(journal, Journal.MAX_BYTES * 2);
        Chain chain = new Previous(files, atomic, state).chain(records.orElse(new byte[0]));
        Base base = good ? new Base(found, chain.onTopOf(Mark.of(found.get()))) : base(chain, found.isPresent());
        if (JournalFormat.read(records.orElse(new byte[0])).damagedAt().isPresent()) {
            warn.accept("what is damaged in " + journal + " is left out; what stands behind it is not");
        }
        Aside aside = new Aside(files, "bad", warn);
        if (found.isPresent() && !good) {
            aside.keep(state);
        }
        if (records.isPresent()) {
            aside.keep(journal);
        }
        Mark mark = base.snapshot().map(Mark::of).orElse(Mark.NO_FILE);
        atomic.replace(journal, Journal.file(mark, base.missing()));
        if (!good && base.snapshot().isPresent()) {
            atomic.replace(state, base.snapshot().get());
        } else if (!good) {
            files.delete(state);
            files.syncDir(state.getParent());
        }
        warn.accept("recovered, with " + base.missing().size() + " changes from the journal");
    }

    /**
     * What to go on from.
     *
     * @param snapshot empty for none, as before the first
     * @param missing the mutations that are not in it, as far as the journals tell
     */
    private record Base(Optional<byte[]> snapshot, List<JournalRecord> missing) {}

    private Base base(Chain chain, boolean needed) throws IOException {
        List<Path> paths = new ArrayList<>(List.of(Previous.snapshot(state)));
        paths.addAll(Generations.paths(state));
        Base newest = null;
        for (Path path : paths) {
            Optional<byte[]> file = files.read(path, StateFile.MAX_BYTES);
            if (file.isPresent() && readable(path, file.get())) {
                Optional<List<JournalRecord>> missing = chain.after(Mark.of(file.get()));
                if (missing.isPresent()) {
                    warn.accept("going on from " + path + ", and on it the changes since");
                    return new Base(file, missing.get());
                }
                newest = newest == null ? new Base(file, chain.all()) : newest;
            }
        }
        Optional<List<JournalRecord>> sinceNothing = chain.after(Mark.NO_FILE);
        if (sinceNothing.isPresent()) {
            warn.accept("going on from the journals, which have the changes since the first");
            return new Base(Optional.empty(), sinceNothing.get());
        }
        if (newest != null) {
            warn.accept("going on from the newest good generation; changes between it and the bad file may be missing");
            return newest;
        }
        if (needed) {
            throw StateUnreadableException.noGeneration(state);
        }
        return new Base(Optional.empty(), chain.all());
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
