package io.shipote.core.store;

/** A list of the snapshot. */
public enum Section {
    WORKSPACES(1),
    SAVED_PIPELINES(2),
    LIVE_PIPELINES(3);

    // On disk, so never the ordinal.
    private final int code;

    Section(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** The section with this code in a journal, or null. */
    static Section ofCode(int code) {
        for (Section section : values()) {
            if (section.code == code) {
                return section;
            }
        }
        return null;
    }
}
