package io.shipote.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** How many descriptors of this process are pipe ends or {@code /dev/null}; the JVM opens others as it likes. */
final class OpenPipes {
    private OpenPipes() {}

    static int count() {
        int count = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path fd : all) {
                String target = target(fd);
                count += target.startsWith("pipe:") || target.equals("/dev/null") ? 1 : 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    private static String target(Path fd) throws IOException {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (NoSuchFileException e) {
            // Closed since the directory was read: the directory's own descriptor is one of these.
            return "";
        }
    }
}
