package io.shipote.core.store;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Keeps files that are about to be replaced, as {@code <name>.<why>-<n>} with the first number that is free. */
final class Aside {
    private final StoreFiles files;
    private final String why;
    private final Consumer<String> warn;

    Aside(StoreFiles files, String why, Consumer<String> warn) {
        this.files = files;
        this.why = why;
        this.warn = warn;
    }

    void keep(Path file) throws IOException {
        int n = 1;
        while (files.exists(name(file, n))) {
            n++;
        }
        files.link(file, name(file, n));
        files.syncDir(file.getParent());
        warn.accept(file + " is kept as " + name(file, n));
    }

    private Path name(Path file, int n) {
        return file.resolveSibling(file.getFileName() + "." + why + "-" + n);
    }
}
