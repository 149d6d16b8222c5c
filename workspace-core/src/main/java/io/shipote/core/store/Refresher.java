package io.shipote.core.store;

import java.util.Optional;

/** Gives, at a fold, what is newer than the last mutation of an entry and not worth one: samples, counters. */
@FunctionalInterface
public interface Refresher {
    /** The entry's bytes as of now, or empty if those in the store will do. Called on the loop. */
    Optional<byte[]> refresh(Section section, String key);
}
