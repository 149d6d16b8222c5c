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

    /** Writes it, whole or not at all. The caller holds the socket's lock. */
    static Ownership take(Path socket, Path state) throws IOException {
        ProcFiles proc = new ProcFiles();
        int self = (int) ProcessHandle.current().pid();
        ProcessIdentity identity =
                proc.identity(self).orElseThrow(() -> new IOException("we are not in /proc (is it mounted?)"));
        Path file = RuntimeDens.ownerFile(socket);
        Path fresh = file.resolveSibling(file.getFileName() + ".tmp");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, Sidecar.of(identity, System.currentTimeMillis(), socket, state));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        return new Ownership(file);
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
