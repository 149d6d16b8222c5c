package io.shipote.daemon.control;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Where the socket stands, and whether that is a safe place. Touches the file system: call off the loop. */
public final class SocketPath {
    /** {@code sockaddr_un.sun_path} has 108 bytes with its NUL (unix(7)). */
    static final int MAX_PATH_BYTES = 107;

    private static final int FORMAT_MASK = 0170000;
    private static final int FORMAT_SOCKET = 0140000;
    private static final int WRITABLE_BY_OTHERS = 022;

    private final Path path;

    /** @throws IOException if the path is too long for a socket */
    public SocketPath(Path path) throws IOException {
        this.path = path.toAbsolutePath().normalize();
        int bytes = this.path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_PATH_BYTES) {
            throw new IOException("the socket's path has " + bytes + " bytes and the kernel takes " + MAX_PATH_BYTES
                    + ": " + this.path + " (give a shorter one with --socket)");
        }
    }

    public Path path() {
        return path;
    }

    /** The file whose lock guards this socket. */
    public Path lockFile() {
        return path.resolveSibling(path.getFileName() + ".lock");
    }

    /**
     * Makes the socket's directory (0700) or checks the one that is there.
     *
     * @throws IOException if it is someone else's or others may write to it
     */
    public void prepareDirectory() throws IOException {
        prepareDirectory(path.getParent());
    }

    /** Makes a private directory (0700, with its parents) or checks the one that is there; see {@link #prepareDirectory()}. */
    public static void prepareDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        int owner = attribute(directory, "unix:uid");
        int mode = attribute(directory, "unix:mode");
        int self = ownUid();
        if (owner != self) {
            throw new IOException("the directory " + directory + " belongs to uid " + owner + ", not to us (" + self
                    + "): use one of your own");
        }
        if ((mode & WRITABLE_BY_OTHERS) != 0) {
            throw new IOException("the directory " + directory + " may be written by others (mode "
                    + Integer.toOctalString(mode & 07777) + "): chmod go-w it, or use another");
        }
    }

    /**
     * Removes a socket that a dead daemon left behind. Only while holding the lock: a live daemon's socket looks the same.
     *
     * @throws IOException if something that is no socket stands there
     */
    void removeStale() throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if ((attribute(path, "unix:mode") & FORMAT_MASK) != FORMAT_SOCKET) {
            throw new IOException(
                    path + " is there and is no socket: move it away, or give another path with --socket");
        }
        Files.delete(path);
    }

    /** Leaves the socket to its owner alone. */
    void restrict() throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    }

    /** Lets others reach the socket, which looks at their credentials itself; its directory stays unlisted and unwritable. */
    void share() throws IOException {
        Files.setPosixFilePermissions(path.getParent(), PosixFilePermissions.fromString("rwx--x--x"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
    }

    /** The user this process runs as. */
    public static int ownUid() throws IOException {
        return attribute(Path.of("/proc/self"), "unix:uid");
    }

    private static int attribute(Path file, String name) throws IOException {
        // /proc/self is itself a link, and root's: what it leads to has the owner that is asked for.
        return file.startsWith("/proc")
                ? (Integer) Files.getAttribute(file, name)
                : (Integer) Files.getAttribute(file, name, LinkOption.NOFOLLOW_LINKS);
    }
}
