package io.shipote.daemon.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** Whether a directory is ours alone. */
public final class DirectoryCheckup implements Checkup {
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int OPEN_TO_OTHERS = 077;
    private static final int PASSABLE = 011;

    private final String name;
    private final Path directory;
    private final int uid;
    private final boolean shared;

    /**
     * @param name of the finding
     * @param uid who has to own it
     * @param shared whether others may pass through it, as the configuration allows them to connect
     */
    public DirectoryCheckup(String name, Path directory, int uid, boolean shared) {
        this.name = name;
        this.directory = directory;
        this.uid = uid;
        this.shared = shared;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Finding> look(boolean fix) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            return List.of(Finding.ok(name, directory + " is not there yet and is made when it is needed"));
        }
        Map<String, Object> seen = Files.readAttributes(directory, "unix:uid,mode,isDirectory");
        int owner = (Integer) seen.get("uid");
        int mode = (Integer) seen.get("mode") & 07777;
        String text = directory + " (owner " + owner + ", mode " + Integer.toOctalString(mode) + ")";
        if (!Boolean.TRUE.equals(seen.get("isDirectory"))) {
            return List.of(Finding.problem(name, directory + " is no directory", "move it away"));
        }
        if (owner != uid) {
            return List.of(Finding.problem(
                    name,
                    text + " belongs to somebody else",
                    "chown it to user " + uid + ", or use another (docs/configuration.md)"));
        }
        int wrong = mode & (shared ? OPEN_TO_OTHERS & ~PASSABLE : OPEN_TO_OTHERS);
        if (wrong == 0) {
            return List.of(Finding.ok(name, text));
        }
        if (fix) {
            Files.setPosixFilePermissions(
                    directory, PosixFilePermissions.fromString(shared ? "rwx--x--x" : "rwx------"));
            return List.of(Finding.fixed(name, text + " was open to others"));
        }
        return List.of(
                (mode & WRITABLE_BY_OTHERS) != 0
                        ? Finding.problem(
                                name, text + " can be written by others: a daemon refuses it", "chmod 700 it (--fix)")
                        : Finding.warning(name, text + " can be read by others", "chmod 700 it (--fix)"));
    }
}
