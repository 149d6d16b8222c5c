package io.shipote.core.store;

import io.shipote.card.U64;
import io.shipote.card.snapshot.RawSnapshot;
import io.shipote.card.snapshot.SnapshotException;
import io.shipote.card.snapshot.SnapshotLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The bytes of {@code state.json} to and from entries. */
final class StateFile {
    /** A snapshot larger than this is not read. */
    static final long MAX_BYTES = 1L << 30;

    private static final int VERSION = 4;

    private StateFile() {}

    /** A snapshot read. */
    record Decoded(Root root, EntryTable entries) {
        static Decoded nothing() {
            return new Decoded(Root.EMPTY, new EntryTable());
        }
    }

    static Decoded decode(Path path, byte[] file, EntryKeys keys) throws StateUnreadableException {
        RawSnapshot raw;
        try {
            raw = SnapshotLayout.read(file);
        } catch (SnapshotException e) {
            String place = "line " + e.line() + ", column " + e.column() + ": ";
            String reason = e.getMessage();
            reason = reason.startsWith(place) ? reason.substring(place.length()) : reason;
            throw StateUnreadableException.text(path, e.line(), e.column(), reason, e);
        }
        EntryTable entries = new EntryTable();
        add(entries, Section.WORKSPACES, raw.workspaces(), keys);
        add(entries, Section.SAVED_PIPELINES, raw.savedPipelines().orElse(List.of()), keys);
        add(entries, Section.LIVE_PIPELINES, raw.livePipelines().orElse(List.of()), keys);
        return new Decoded(new Root(raw.unknown(), raw.shipote()), entries);
    }

    private static void add(EntryTable entries, Section section, List<byte[]> list, EntryKeys keys) {
        for (int index = 0; index < list.size(); index++) {
            String key = keys.key(section, list.get(index), index);
            // The second of two of one name must not push the first out of the file.
            while (entries.has(section, key)) {
                key = key + "#" + index;
            }
            entries.apply(new JournalRecord.Put(section, key, list.get(index)));
        }
    }

    /** @throws IOException if the result could not be read again: such a file must never replace a good one */
    static byte[] encode(Path path, Root root, EntryTable entries, long wallMillis) throws IOException {
        byte[] file = SnapshotLayout.write(new RawSnapshot(
                VERSION,
                U64.of(Math.max(0, wallMillis)),
                entries.bytes(Section.WORKSPACES),
                Optional.of(entries.bytes(Section.SAVED_PIPELINES)),
                Optional.of(entries.bytes(Section.LIVE_PIPELINES)),
                root.unknown(),
                root.shipote()));
        try {
            SnapshotLayout.read(file);
        } catch (SnapshotException e) {
            throw new IOException("not written to " + path + ", as it could not be read again: " + e.getMessage(), e);
        }
        return file;
    }
}
