package io.shipote.core.store;

/**
 * The state as found at the start.
 *
 * @param entries snapshot and journal together
 * @param unfolded whether the journal has records that are not in the snapshot
 */
record Loaded(Root root, EntryTable entries, Journal journal, boolean unfolded) {}
