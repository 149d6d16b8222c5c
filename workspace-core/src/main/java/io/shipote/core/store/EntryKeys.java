package io.shipote.core.store;

/** Names the entries of a snapshot: the store itself does not read them. */
@FunctionalInterface
public interface EntryKeys {
    /**
     * The entry's key: the same for the same entry whenever it is read, and of at most
     * {@value StateStore#MAX_KEY_BYTES} bytes of UTF-8. For an entry that cannot be read, anything that no good entry
     * has. If two entries get one key, the store adds the index to the second's.
     *
     * @param index the entry's place in its section, from 0
     */
    String key(Section section, byte[] entry, int index);
}
