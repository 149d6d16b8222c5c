package io.shipote.core.store;

import io.shipote.card.WorkspaceId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The stats of each workspace in {@code history/<workspace>}, as bytes. Appended to or replaced whole, and not synced:
 * losing power may cost the newest samples. Blocking; to be used by one thread, whichever it is.
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

    /** Writes behind what is there; a crash in between leaves a part of it. */
    public void append(WorkspaceId workspace, long offset, byte[] more) throws IOException {
        try (StoreFiles.OpenFile file = files.open(path(workspace))) {
            file.write(ByteBuffer.wrap(more), offset);
        }
    }

    /** The workspaces that have a history; what a crashed writer has left is removed, and what is no history stays. */
    public List<WorkspaceId> all() throws IOException {
        List<WorkspaceId> all = new ArrayList<>();
        for (String name : files.list(root)) {
            Optional<String> target = AtomicFiles.targetOf(name);
            if (target.flatMap(HistoryFiles::id).isPresent()) {
                files.delete(root.resolve(name));
            } else {
                id(name).ifPresent(all::add);
            }
        }
        return all;
    }

    private static Optional<WorkspaceId> id(String name) {
        try {
            return Optional.of(WorkspaceId.parse(name));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
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
