package io.shipote.daemon;

import io.shipote.core.garbage.Garbage;
import io.shipote.core.garbage.LinuxLife;
import io.shipote.core.garbage.RuntimeDens;
import io.shipote.core.garbage.Sidecar;
import io.shipote.core.linux.ProcFiles;
import io.shipote.core.linux.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says beside the socket which process listens on it, so that what is left of it can be told from what lives; and removes
 * what daemons before us have left in the runtime directory. Blocking; for one thread.
 */
final class Ownership implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

    private final Path file;

    private Ownership(Path file) {
        this.file = file;
    }

    /**
     * Writes it, whole or not at all. The caller holds the socket's lock, which says the same as long as we live: where
     * there is no room for it, that is logged and we go on without.
     */
    static Ownership take(Path socket, Path state) {
        Path file = RuntimeDens.ownerFile(socket);
        try {
            write(file, Sidecar.of(self(), System.currentTimeMillis(), socket, state));
        } catch (IOException e) {
            LOG.warn("{} cannot be written: who looks for leftovers has to go by the lock", file, e);
        }
        return new Ownership(file);
    }

    private static ProcessIdentity self() throws IOException {
        return new ProcFiles()
                .identity((int) ProcessHandle.current().pid())
                .orElseThrow(() -> new IOException("we are not in /proc (is it mounted?)"));
    }

    private static void write(Path file, byte[] text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Removes what dead daemons have left; what cannot be removed is logged and stays. */
    static void tidy(Path runtimeDirectory) {
        try {
            new Garbage(new LinuxLife(new ProcFiles()), Garbage.STALE)
                    .collect(new RuntimeDens(runtimeDirectory), System.currentTimeMillis()).all().stream()
                            .filter(Garbage.Judged::gone)
                            .forEach(one -> LOG.info(
                                    "{} was left behind ({}): removed",
                                    runtimeDirectory.resolve(one.den().name()),
                                    one.why()));
        } catch (IOException e) {
            LOG.warn("what daemons have left in {} could not be removed", runtimeDirectory, e);
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
