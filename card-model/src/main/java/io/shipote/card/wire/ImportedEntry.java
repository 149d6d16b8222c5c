package io.shipote.card.wire;

import java.util.List;
import java.util.Optional;

/**
 * What became of one entry of an imported snapshot.
 *
 * @param kind {@code workspace}, {@code command}, {@code saved_pipeline} or {@code live_pipeline}
 * @param outcome {@code imported}; {@code present}: it is there already, just so; {@code conflict}: something else is
 *     there, which was left as it is; {@code refused}
 * @param notes what was changed, or why it did not come
 */
public record ImportedEntry(String kind, Optional<String> id, String label, String outcome, List<String> notes) {
    public static final String WORKSPACE = "workspace";
    public static final String COMMAND = "command";
    public static final String SAVED_PIPELINE = "saved_pipeline";
    public static final String LIVE_PIPELINE = "live_pipeline";

    public static final String IMPORTED = "imported";
    public static final String PRESENT = "present";
    public static final String CONFLICT = "conflict";
    public static final String REFUSED = "refused";

    public ImportedEntry {
        notes = List.copyOf(notes);
    }

    /** One that did not come. */
    public static ImportedEntry refused(String kind, String label, List<String> why) {
        return new ImportedEntry(kind, Optional.empty(), label, REFUSED, why);
    }
}
