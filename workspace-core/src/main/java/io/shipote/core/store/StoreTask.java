package io.shipote.core.store;

import io.shipote.core.store.JournalRecord.Put;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Work for the store thread. */
sealed interface StoreTask {
    /** One mutation; {@code size} is that of its key and bytes, {@code done} is for the loop. */
    record Append(Section section, String key, JournalRecord record, int size, Consumer<Optional<IOException>> done)
            implements StoreTask {}

    /**
     * @param fresher entries with newer bytes than their last mutation
     * @param last whether the store is closed after it
     */
    record Fold(List<Put> fresher, long nowNanos, long wallMillis, boolean last, Consumer<FoldResult> done)
            implements StoreTask {}
}
