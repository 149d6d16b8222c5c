package io.shipote.cli;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** A directory that is ours alone. */
final class PrivateDirectory {
    private static final int WRITABLE_BY_OTHERS = 0022;

    private PrivateDirectory() {}

    /**
     * Makes the directory, mode 0700, unless it is there.
     *
     * @return the directory
     * @throws ShipoteException {@link ErrorCode#DENIED} if it belongs to another user, is no directory or others may write
     *     into it
     */
    static Path require(Path directory) {
        try {
            create(directory);
            Map<String, Object> found =
                    Files.readAttributes(directory, "unix:uid,mode,isDirectory", LinkOption.NOFOLLOW_LINKS);
            Object own = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            if (!Boolean.TRUE.equals(found.get("isDirectory"))) {
                throw refused(directory, "is no directory");
            }
            if (!own.equals(found.get("uid"))) {
                throw refused(directory, "belongs to user " + found.get("uid") + ", not " + own);
            }
            if (((Integer) found.get("mode") & WRITABLE_BY_OTHERS) != 0) {
                throw refused(directory, "can be written by others");
            }
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("making the directory " + directory, e);
        }
    }

    private static void create(Path directory) throws IOException {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (directory.getParent() != null) {
            Files.createDirectories(directory.getParent());
        }
        try {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    private static ShipoteException refused(Path directory, String why) {
        return new ShipoteException(
                ErrorCode.DENIED, directory + " " + why + " (choose another with $XDG_RUNTIME_DIR or remove it)");
    }
}
