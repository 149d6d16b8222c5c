package io.shipote.core.garbage;

import io.shipote.core.linux.FileLock;
import io.shipote.core.linux.LockedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A real runtime directory: the sockets in it and in the directories below it, and the directories of other programs.
 * Links are not followed. Beside {@code NAME.sock} stand {@code NAME.sock.lock} and {@code NAME.sock.owner}.
 */
public final class RuntimeDens implements Dens {
    private static final String SOCKET = ".sock";
    private static final String LOCK = ".lock";
    private static final String OWNER = ".owner";
    private static final String FOREIGN = ".daemon.json";
    private static final String FOREIGN_PID = "daemon.pid";

    /** A sidecar is not larger, in bytes. */
    private static final long MAX_SIDECAR = 1L << 20;

    private static final int FORMAT_MASK = 0170000;
    private static final int FORMAT_SOCKET = 0140000;

    private final Path root;

    public RuntimeDens(Path root) {
        this.root = root;
    }

    /** The sidecar of the daemon that listens on this socket. */
    public static Path ownerFile(Path socket) {
        return socket.resolveSibling(socket.getFileName() + OWNER);
    }

    @Override
    public List<Den> all() throws IOException {
        List<Den> found = new ArrayList<>(sockets(root));
        for (Path directory : children(root)) {
            if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                List<Den> ours = Files.isReadable(directory) ? sockets(directory) : List.of();
                found.addAll(ours.isEmpty() ? List.of(foreign(directory)) : ours);
            }
        }
        return found;
    }

    private List<Den> sockets(Path directory) throws IOException {
        List<Den> found = new ArrayList<>();
        List<Path> files = children(directory);
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            boolean orphan = name.endsWith(SOCKET + OWNER) && !files.contains(socketOf(file));
            if (name.endsWith(SOCKET) || orphan) {
                found.add(ours(orphan ? socketOf(file) : file));
            }
        }
        return found;
    }

    private static Path socketOf(Path owner) {
        String name = owner.getFileName().toString();
        return owner.resolveSibling(name.substring(0, name.length() - OWNER.length()));
    }

    private Den ours(Path socket) throws IOException {
        Optional<Sidecar> sidecar = read(ownerFile(socket)).flatMap(Sidecar::parse);
        return new Den(
                root.relativize(socket).toString(),
                other(socket) ? Den.Kind.OTHER : Den.Kind.OURS,
                sidecar,
                sidecar.flatMap(Sidecar::identity).map(identity -> identity.pid()),
                FileLock.held(lock(socket)));
    }

    /** Whether something stands there that is no socket. */
    private static boolean other(Path socket) throws IOException {
        try {
            int mode = (Integer) Files.getAttribute(socket, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            return (mode & FORMAT_MASK) != FORMAT_SOCKET;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private Den foreign(Path directory) throws IOException {
        String name = directory.getFileName().toString();
        Optional<Integer> pid = read(directory.resolve(FOREIGN_PID))
                .map(text -> new String(text, StandardCharsets.UTF_8).trim())
                .filter(text -> text.matches("[1-9][0-9]{0,8}"))
                .map(Integer::valueOf);
        return new Den(
                name,
                Den.Kind.FOREIGN,
                read(directory.resolve(name + FOREIGN)).flatMap(Sidecar::parse),
                pid,
                Optional.empty());
    }

    @Override
    public void seen(Den den, long nowMs) throws IOException {
        Path sidecar = root.resolve(den.name()).resolve(den.name() + FOREIGN);
        Optional<byte[]> changed = read(sidecar).flatMap(text -> Sidecar.seen(text, nowMs));
        if (changed.isPresent()) {
            Path fresh = Files.createTempFile(sidecar.getParent(), "." + den.name(), ".tmp");
            Files.write(fresh, changed.get());
            Files.move(fresh, sidecar, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    @Override
    public boolean remove(Den den) throws IOException {
        Path place = root.resolve(den.name());
        if (den.kind() == Den.Kind.FOREIGN) {
            // Whoever began in it since has written a sidecar or a pid of its own.
            return foreign(place).equals(den) && removeAll(place);
        }
        if (!Files.exists(lock(place))) {
            boolean same = ours(place).equals(den);
            if (same) {
                removeSocket(place);
            }
            return same;
        }
        try (FileLock held = FileLock.acquire(lock(place), place.toString())) {
            if (!ours(place).sidecar().equals(den.sidecar()) || other(place)) {
                return false;
            }
            removeSocket(place);
            Files.deleteIfExists(held.path());
        } catch (LockedException alive) {
            return false;
        }
        removeIfEmpty(place.getParent());
        return true;
    }

    private static void removeSocket(Path socket) throws IOException {
        Files.deleteIfExists(socket);
        Files.deleteIfExists(ownerFile(socket));
    }

    private void removeIfEmpty(Path directory) throws IOException {
        if (directory.equals(root) || !children(directory).isEmpty()) {
            return;
        }
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException e) {
            // Somebody has moved in since: it is theirs.
            return;
        }
    }

    private static boolean removeAll(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
            return true;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static Path lock(Path socket) {
        return socket.resolveSibling(socket.getFileName() + LOCK);
    }

    /** What cannot be read says nothing, as what is not there. */
    private static Optional<byte[]> read(Path file) throws IOException {
        try {
            return Files.isRegularFile(file) && Files.size(file) <= MAX_SIDECAR
                    ? Optional.of(Files.readAllBytes(file))
                    : Optional.empty();
        } catch (NoSuchFileException | AccessDeniedException e) {
            return Optional.empty();
        }
    }

    private static List<Path> children(Path directory) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory)) {
            all.forEach(found::add);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        found.sort(Comparator.naturalOrder());
        return found;
    }
}
