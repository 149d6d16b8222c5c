package io.shipote.core.store;

import java.io.IOException;

/** Too much is waiting for the disk: nothing was queued, and a later try may succeed. */
public final class StoreBusyException extends IOException {
    StoreBusyException(String message) {
        super(message);
    }
}
