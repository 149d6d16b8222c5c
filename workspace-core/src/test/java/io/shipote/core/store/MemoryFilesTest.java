package io.shipote.core.store;

import java.nio.file.Path;

/** The files in memory keep the contract. */
class MemoryFilesTest implements StoreFilesContract {
    private final MemoryFiles files = new MemoryFiles();

    @Override
    public StoreFiles files() {
        return files;
    }

    @Override
    public Path dir() {
        return StoreRig.DIR;
    }
}
