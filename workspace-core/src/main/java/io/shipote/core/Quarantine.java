package io.shipote.core;

import io.shipote.core.store.Section;
import java.util.ArrayList;
import java.util.List;

/** Entries of the snapshot that could not be used: they stay in the file as they are, and nothing of them runs. */
public final class Quarantine {
    /** One of them, and why. */
    public record Entry(Section section, String key, String reason) {}

    private final List<Entry> entries = new ArrayList<>();

    public void add(Section section, String key, String reason) {
        entries.add(new Entry(section, key, reason));
    }

    public List<Entry> entries() {
        return List.copyOf(entries);
    }
}
