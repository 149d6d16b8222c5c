package io.shipote.core.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Replaces whole files so that a reader, or the next start after a crash, sees the old or the new one and nothing
 * between. To be used by one thread at a time; two of them may work in one directory only on files of other names.
 */
final class AtomicFiles {
    private static final String INFIX = ".tmp-";

    private final StoreFiles files;

    AtomicFiles(StoreFiles files) {
        this.files = files;
    }

    /** Replaces the file; when this returns, the new one survives a loss of power. */
    void replace(Path target, byte[] bytes) throws IOException {
        commit(stage(target, bytes), target);
    }

    /** Replaces the file for readers; after a loss of power it may be the old one, or empty. */
    void replaceUnsynced(Path target, byte[] bytes) throws IOException {
        Path staged = write(target, bytes, false);
        try {
            files.rename(staged, target);
        } catch (IOException e) {
            throw discard(staged, e);
        }
    }

    /** Writes and syncs the new contents beside the file. */
    Path stage(Path target, byte[] bytes) throws IOException {
        return write(target, bytes, true);
    }

    /** Puts the staged file in its place, durably. After an error either file may be found there. */
    void commit(Path staged, Path target) throws IOException {
        try {
            files.rename(staged, target);
        } catch (IOException e) {
            throw discard(staged, e);
        }
        files.syncDir(target.getParent());
    }

    /** Gives the file's present content a second name, whatever had that before. The caller syncs the directory. */
    void keepAs(Path existing, Path name) throws IOException {
        Path link = fresh(existing);
        files.link(existing, link);
        try {
            files.rename(link, name);
        } catch (IOException e) {
            throw discard(link, e);
        }
    }

    /** Removes the staged file after an error, which it gives back to be thrown. */
    <E extends Exception> E discard(Path staged, E error) {
        try {
            files.delete(staged);
        } catch (IOException e) {
            // See fresh: what is left is removed later.
            error.addSuppressed(e);
        }
        return error;
    }

    /**
     * A name beside the target that no file has. What a crash leaves under it the next start removes beside the state and
     * the histories; beside the record of a run it goes with the run, as a look into the directory of each would cost more.
     */
    Path fresh(Path target) {
        // Not the pid and a count: in a container every daemon may have the same pid.
        String unique = Long.toHexString(ThreadLocalRandom.current().nextLong());
        return target.resolveSibling(target.getFileName() + INFIX + unique);
    }

    /** Removes what crashed writers of these targets have left. Only for the one owner of the directory. */
    void removeLeftovers(Path directory, String... targets) throws IOException {
        for (String name : files.list(directory)) {
            for (String target : targets) {
                if (name.startsWith(target + INFIX)) {
                    files.delete(directory.resolve(name));
                }
            }
        }
    }

    /** The name of what such a file was to replace; empty if this is the name of none. */
    static Optional<String> targetOf(String name) {
        int at = name.lastIndexOf(INFIX);
        return at < 0 ? Optional.empty() : Optional.of(name.substring(0, at));
    }

    private Path write(Path target, byte[] bytes, boolean sync) throws IOException {
        Path staged = fresh(target);
        try (StoreFiles.OpenFile file = files.create(staged)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            if (sync) {
                file.force();
            }
        } catch (IOException e) {
            throw discard(staged, e);
        }
        return staged;
    }
}
