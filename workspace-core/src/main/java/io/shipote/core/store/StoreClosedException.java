package io.shipote.core.store;

import java.io.IOException;

/** The store was closed before this change or save was asked for: the daemon is on its way out. */
public final class StoreClosedException extends IOException {
    StoreClosedException() {
        super("the daemon is stopping");
    }
}
