package io.shipote.cli;

import io.shipote.card.snapshot.Snapshot;
import io.shipote.card.snapshot.SnapshotException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A snapshot file that is looked at without a daemon; never written. */
record SnapshotFile(Path path, byte[] bytes, Snapshot snapshot) {
    /** The file or generation given, else the state; see {@link StateFiles#read}. */
    static SnapshotFile read(Invocation in) {
        StateFiles files = new StateFiles(in.session().locations().stateDirectory());
        SnapshotFile read = files.read(in.optional("FILE"));
        files.tellUnsaved(read.path(), in.console());
        return read;
    }

    /**
     * @throws UncheckedIOException if it cannot be read
     * @throws SpecException if it is no snapshot, with the place
     */
    static SnapshotFile read(Path path) {
        try {
            byte[] bytes = Files.readAllBytes(path);
            return new SnapshotFile(path, bytes, Snapshot.decode(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the snapshot " + path, e);
        } catch (SnapshotException e) {
            String place = "line " + e.line() + ", column " + e.column() + ": ";
            String message = e.getMessage();
            throw new SpecException(List.of(
                    message.startsWith(place)
                            ? path + ":" + e.line() + ":" + e.column() + ": " + message.substring(place.length())
                            : path + ": " + message));
        }
    }
}
