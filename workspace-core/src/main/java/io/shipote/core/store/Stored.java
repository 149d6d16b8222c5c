package io.shipote.core.store;

/**
 * An entry as the store holds it.
 *
 * @param key unique in its section
 * @param bytes the entry's JSON, not to be changed by anyone
 */
public record Stored(String key, byte[] bytes) {}
