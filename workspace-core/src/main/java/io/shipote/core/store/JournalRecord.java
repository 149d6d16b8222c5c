package io.shipote.core.store;

/** One record of the journal. */
sealed interface JournalRecord {
    /** An entry's new bytes: in the place of the old ones, or last. */
    record Put(Section section, String key, byte[] entry) implements JournalRecord {}

    /** An entry is gone. */
    record Remove(Section section, String key) implements JournalRecord {}

    /** All records before this one are in the snapshot of this mark, should that be the one that is found. */
    record Folded(Mark snapshot) implements JournalRecord {}
}
