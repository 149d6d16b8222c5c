package io.shipote.core.store;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Counts what is on its way to the disk, and says when that is enough. On the loop. */
final class Waiting {
    /** Mutations on their way at once. */
    static final int MAX_MUTATIONS = 4096;
    /** Their bytes together, unless it is one alone. */
    static final long MAX_BYTES = 64L << 20;
    /** Folds on their way at once. */
    static final int MAX_FOLDS = 64;

    private final Map<Section, Map<String, Integer>> keys = new EnumMap<>(Section.class);
    private int mutations;
    private long bytes;
    private int folds;

    Waiting() {
        for (Section section : Section.values()) {
            keys.put(section, new HashMap<>());
        }
    }

    boolean roomFor(int size) {
        return mutations < MAX_MUTATIONS && (mutations == 0 || bytes + size <= MAX_BYTES);
    }

    boolean roomForFold() {
        return folds < MAX_FOLDS;
    }

    /** Whether a mutation of this entry is on its way. */
    boolean has(Section section, String key) {
        return keys.get(section).containsKey(key);
    }

    boolean none() {
        return mutations == 0;
    }

    void add(Section section, String key, int size) {
        mutations++;
        bytes += size;
        keys.get(section).merge(key, 1, Integer::sum);
    }

    void done(Section section, String key, int size) {
        mutations--;
        bytes -= size;
        keys.get(section).computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
    }

    void addFold() {
        folds++;
    }

    void doneFold() {
        folds--;
    }
}
