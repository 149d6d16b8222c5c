package io.shipote.client;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;

/** Whether a directory is one into which only its user can have put anything. */
final class OwnDirectory {
    private static final int WRITABLE_BY_OTHERS = 0022;

    private OwnDirectory() {}

    /**
     * @throws ShipoteException {@link ErrorCode#DENIED} if it belongs to another user, is no directory or others may write
     *     into it
     * @throws java.nio.file.NoSuchFileException if it is not there
     */
    static void require(Path directory, int uid) throws IOException {
        Map<String, Object> found =
                Files.readAttributes(directory, "unix:uid,mode,isDirectory", LinkOption.NOFOLLOW_LINKS);
        if (!Boolean.TRUE.equals(found.get("isDirectory"))) {
            throw refused(directory, "is no directory");
        }
        if (!found.get("uid").equals(uid)) {
            throw refused(directory, "belongs to user " + found.get("uid") + ", not " + uid);
        }
        if (((Integer) found.get("mode") & WRITABLE_BY_OTHERS) != 0) {
            throw refused(directory, "can be written by others");
        }
    }

    private static ShipoteException refused(Path directory, String why) {
        return new ShipoteException(
                ErrorCode.DENIED,
                directory + " " + why
                        + ": who listens there is not known (choose another with $XDG_RUNTIME_DIR, or have it"
                        + " removed)");
    }
}
