package io.shipote.core.linux;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells the native loader where the C library lies before it goes looking for it. */
final class NativePath {
    private static final String PROPERTY = "jna.platform.library.path";

    private NativePath() {}

    /**
     * Without this property the loader runs {@code ldconfig -p} as a child process: that costs 20 ms, a
     * thread for ever, and a child that somebody else reaps.
     */
    static void set() {
        if (System.getProperty(PROPERTY) != null) {
            return;
        }
        String arch = System.getProperty("os.arch").replace("amd64", "x86_64");
        String found = Stream.of("/lib/" + arch + "-linux-gnu", "/usr/lib/" + arch + "-linux-gnu", "/lib64", "/usr/lib")
                .filter(dir -> Files.isDirectory(Path.of(dir)))
                .collect(Collectors.joining(":"));
        if (!found.isEmpty()) {
            System.setProperty(PROPERTY, found);
        }
    }
}
