package io.shipote.pipeline.discern;

import java.util.Optional;

/** Tells whether a text has one structure. */
interface Format {
    /**
     * What a text is taken for.
     *
     * @param confidence 0 to 1
     */
    record Guess(String mediaType, double confidence, String structure, Kind kind, String why) {}

    /** Empty if it cannot be this. */
    Optional<Guess> look(Text text);
}
