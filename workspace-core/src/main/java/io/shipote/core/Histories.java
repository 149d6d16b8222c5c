package io.shipote.core;

import io.shipote.card.WorkspaceId;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.store.HistoryFiles;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the histories of all workspaces on disk, so that they outlive the daemon: what has come is appended every ten
 * seconds, and the file is written anew when it has grown to twice what counts. What an earlier daemon left is read when it
 * is wanted, or when there is something to add to it: all histories together may be larger than memory. A history is never
 * worth a start or a change: what goes wrong is a warning. Confined to the loop; files are touched on the worker.
 */
public final class Histories {
    /** Time between two writings. */
    public static final Duration INTERVAL = Duration.ofSeconds(10);

    /** A file that would become larger is written anew with the rows that count. */
    static final long MAX_FILE_BYTES = 512 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Histories.class);
    private static final long NEW = 0;

    private final Loop loop;
    private final Workspaces workspaces;
    private final HistoryFiles files;
    private final Executor worker;
    /** Length of each file that is good to be appended to; those not in it are written anew. */
    private final Map<WorkspaceId, Long> lengths = new HashMap<>();

    private final Set<WorkspaceId> watched = new HashSet<>();
    /** Those with a file of an earlier daemon that has not been read yet. */
    private final Set<WorkspaceId> unread = new HashSet<>();

    private boolean writing;
    private boolean failing;

    public Histories(Loop loop, Workspaces workspaces, HistoryFiles files, Executor worker) {
        this.loop = loop;
        this.workspaces = workspaces;
        this.files = files;
        this.worker = worker;
    }

    /** Empty if it could not be read at all. */
    private record Loaded(WorkspaceId workspace, Optional<HistoryFormat.Read> read) {}

    /** Something to be written; at {@link #NEW} it is the whole file. */
    private record Piece(WorkspaceId workspace, long offset, byte[] bytes) {}

    /**
     * Looks what earlier daemons kept and begins to write.
     *
     * @param others ids of workspaces that are not loaded and whose histories are to stay
     */
    public void start(Set<String> others, Runnable restored) {
        Set<WorkspaceId> wanted = workspaces.all().stream().map(Workspace::id).collect(Collectors.toUnmodifiableSet());
        worker.execute(() -> {
            List<WorkspaceId> found = found(wanted, others);
            loop.execute(() -> {
                for (WorkspaceId id : found) {
                    workspaces.byId(id).ifPresent(workspace -> {
                        unread.add(id);
                        forgetWith(workspace);
                    });
                }
                loop.schedule(INTERVAL, this::tick);
                restored.run();
            });
        });
    }

    private List<WorkspaceId> found(Set<WorkspaceId> wanted, Set<String> others) {
        List<WorkspaceId> found = new ArrayList<>();
        try {
            for (WorkspaceId id : files.all()) {
                if (wanted.contains(id)) {
                    found.add(id);
                } else if (!others.contains(id.text())) {
                    files.delete(id);
                }
            }
        } catch (IOException e) {
            LOG.warn("the histories of earlier daemons cannot be looked through: {}", e.getMessage());
        }
        return found;
    }

    /**
     * Makes what an earlier daemon kept a part of the workspace's history, if it is not yet; then {@code ready}.
     *
     * @throws io.shipote.card.wire.ShipoteException BUSY if too much is waiting to be read
     */
    public void read(Workspace workspace, Runnable ready) {
        if (unread.contains(workspace.id())) {
            read(List.of(workspace.id()), ready);
        } else {
            ready.run();
        }
    }

    private void read(List<WorkspaceId> wanted, Runnable ready) {
        worker.execute(() -> {
            List<Loaded> loaded =
                    wanted.stream().map(id -> new Loaded(id, readFile(id))).toList();
            loop.execute(() -> {
                loaded.forEach(this::take);
                ready.run();
            });
        });
    }

    private Optional<HistoryFormat.Read> readFile(WorkspaceId id) {
        try {
            Optional<HistoryFormat.Read> read = files.read(id).map(HistoryFormat::read);
            read.filter(r -> !r.whole())
                    .ifPresent(r -> LOG.warn(
                            "the history of workspace {} is damaged from byte {} on; {} samples of it are used",
                            id,
                            r.bytes(),
                            r.rows().size()));
            return read;
        } catch (IOException e) {
            LOG.warn("the history of workspace {} cannot be read and is dropped: {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    private void take(Loaded loaded) {
        // Two may have asked for it.
        if (!unread.remove(loaded.workspace()) || loaded.read().isEmpty()) {
            return;
        }
        HistoryFormat.Read read = loaded.read().get();
        workspaces.byId(loaded.workspace()).ifPresent(workspace -> {
            workspace.history().restoreRows(read.rows());
            if (read.whole()) {
                lengths.put(workspace.id(), read.bytes());
            }
        });
    }

    private void forgetWith(Workspace workspace) {
        if (!watched.add(workspace.id())) {
            return;
        }
        workspace.whenRemoved(() -> {
            watched.remove(workspace.id());
            lengths.remove(workspace.id());
            unread.remove(workspace.id());
            remove(workspace);
        });
    }

    /** Not to be done twice: what stays is removed by the next daemon, which does not know the workspace. */
    private void remove(Workspace workspace) {
        try {
            worker.execute(() -> {
                try {
                    files.delete(workspace.id());
                } catch (IOException e) {
                    LOG.warn("the history of workspace {} cannot be removed: {}", workspace.label(), e.getMessage());
                }
            });
        } catch (ShipoteException busy) {
            LOG.warn("the history of workspace {} is not removed yet: {}", workspace.label(), busy.getMessage());
        }
    }

    private void tick() {
        loop.schedule(INTERVAL, this::tick);
        if (!writing) {
            write(() -> {});
        }
    }

    /** Writes what has not been written; {@code done} when that is tried. */
    public void flush(Runnable done) {
        if (writing) {
            // The one under way has not got what came since.
            loop.schedule(Duration.ofMillis(1), () -> flush(done));
            return;
        }
        write(done);
    }

    private void write(Runnable done) {
        List<WorkspaceId> first = workspaces.all().stream()
                .filter(workspace ->
                        unread.contains(workspace.id()) && workspace.history().hasUnwritten())
                .map(Workspace::id)
                .toList();
        if (first.isEmpty()) {
            append(done);
            return;
        }
        writing = true;
        try {
            read(first, () -> {
                writing = false;
                append(done);
            });
        } catch (ShipoteException busy) {
            written(List.of(), Optional.of(busy), done);
        }
    }

    private void append(Runnable done) {
        List<Piece> pieces = new ArrayList<>();
        for (Workspace workspace : workspaces.all()) {
            piece(workspace).ifPresent(pieces::add);
        }
        if (pieces.isEmpty()) {
            done.run();
            return;
        }
        writing = true;
        try {
            worker.execute(() -> writeAll(pieces, done));
        } catch (ShipoteException busy) {
            written(pieces.stream().map(Piece::workspace).toList(), Optional.of(busy), done);
        }
    }

    private void writeAll(List<Piece> pieces, Runnable done) {
        List<WorkspaceId> failed = new ArrayList<>();
        Optional<IOException> first = Optional.empty();
        for (Piece piece : pieces) {
            Optional<IOException> failure = write(piece);
            failure.ifPresent(e -> failed.add(piece.workspace()));
            first = first.or(() -> failure);
        }
        Optional<IOException> why = first;
        loop.execute(() -> written(failed, why, done));
    }

    /** Of what has failed the whole file is written the next time. */
    private void written(List<WorkspaceId> failed, Optional<? extends Exception> why, Runnable done) {
        writing = false;
        failed.forEach(lengths::remove);
        report(why, failed.size());
        done.run();
    }

    private Optional<Piece> piece(Workspace workspace) {
        List<HistoryFormat.Row> fresh = workspace.history().takeUnwritten();
        Long length = lengths.get(workspace.id());
        if (fresh.isEmpty()) {
            return Optional.empty();
        }
        byte[] chunk = HistoryFormat.chunk(fresh);
        if (length != null && length + chunk.length <= MAX_FILE_BYTES) {
            lengths.put(workspace.id(), length + chunk.length);
            return Optional.of(new Piece(workspace.id(), length, chunk));
        }
        forgetWith(workspace);
        byte[] all = HistoryFormat.file(workspace.history().stored());
        lengths.put(workspace.id(), (long) all.length);
        return Optional.of(new Piece(workspace.id(), NEW, all));
    }

    private Optional<IOException> write(Piece piece) {
        try {
            if (piece.offset() == NEW) {
                files.write(piece.workspace(), piece.bytes());
            } else {
                files.append(piece.workspace(), piece.offset(), piece.bytes());
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(e);
        }
    }

    private void report(Optional<? extends Exception> why, int count) {
        why.filter(e -> !failing)
                .ifPresent(e -> LOG.warn(
                        "the histories of {} workspaces cannot be written; they are kept in memory and tried again: {}",
                        count,
                        e.getMessage()));
        failing = why.isPresent();
    }
}
