package io.shipote.core.store;

import io.shipote.core.store.JournalRecord.Put;
import io.shipote.core.store.JournalRecord.Remove;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The entries of all sections, each section in the file's order. To be used by one thread. */
final class EntryTable {
    private final Map<Section, LinkedHashMap<String, byte[]>> sections = new EnumMap<>(Section.class);

    EntryTable() {
        for (Section section : Section.values()) {
            sections.put(section, new LinkedHashMap<>());
        }
    }

    EntryTable(EntryTable other) {
        other.sections.forEach((section, entries) -> sections.put(section, new LinkedHashMap<>(entries)));
    }

    /** Replaces the entry in its place, or adds it last; removes it; a mark changes nothing. */
    void apply(JournalRecord record) {
        if (record instanceof Put put) {
            sections.get(put.section()).put(put.key(), put.entry());
        } else if (record instanceof Remove remove) {
            sections.get(remove.section()).remove(remove.key());
        }
    }

    boolean has(Section section, String key) {
        return sections.get(section).containsKey(key);
    }

    List<Stored> entries(Section section) {
        return sections.get(section).entrySet().stream()
                .map(entry -> new Stored(entry.getKey(), entry.getValue()))
                .toList();
    }

    List<String> keys(Section section) {
        return List.copyOf(sections.get(section).keySet());
    }

    List<byte[]> bytes(Section section) {
        return List.copyOf(sections.get(section).values());
    }
}
