package io.shipote.core.store;

import io.shipote.card.WorkspaceId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The stats of each workspace in {@code history/<workspace>}, as bytes. Replaced whole and not synced: losing power may
 * cost the newest samples. Blocking; to be used by one thread, whichever it is.
 */
public final class HistoryFiles {
    /** The largest history that is read, in bytes. */
    public static final long MAX_BYTES = 16L << 20;

    private final Path root;
    private final StoreFiles files;
    private final AtomicFiles atomic;

    public HistoryFiles(Path stateDir, StoreFiles files) {
        this.root = stateDir.resolve("history");
        this.files = files;
        this.atomic = new AtomicFiles(files);
    }

    public void write(WorkspaceId workspace, byte[] history) throws IOException {
        files.makeDirs(root);
        atomic.replaceUnsynced(path(workspace), history);
    }

    /** Empty if there is none. */
    public Optional<byte[]> read(WorkspaceId workspace) throws IOException {
        return files.read(path(workspace), MAX_BYTES);
    }

    public void delete(WorkspaceId workspace) throws IOException {
        files.delete(path(workspace));
    }

    private Path path(WorkspaceId workspace) {
        return root.resolve(workspace.text());
    }
}
