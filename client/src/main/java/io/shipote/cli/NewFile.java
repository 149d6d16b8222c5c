package io.shipote.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/** A file made for the user: whole or not at all, mode 0600, and never in place of another one unasked. */
final class NewFile {
    private NewFile() {}

    /** @throws SpecException if something is there that may not be replaced */
    static void check(Path file, boolean replace) {
        if (Files.isDirectory(file)) {
            throw new SpecException(List.of(file + " is a directory (name a file in it)"));
        }
        if (!replace && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new SpecException(List.of(file + " is there already (replace it with --force)"));
        }
    }

    /** When this returns, the file survives a loss of power. */
    static void write(Path file, byte[] bytes, boolean replace) {
        Path directory = file.toAbsolutePath().getParent();
        try {
            Path staged = Files.createTempFile(
                    directory,
                    "." + file.getFileName(),
                    ".tmp",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                fill(staged, bytes);
                check(file, replace);
                Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(staged);
            }
            try (FileChannel opened = FileChannel.open(directory, StandardOpenOption.READ)) {
                opened.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static void fill(Path file, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.WRITE))) {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
            channel.force(true);
        }
    }
}
