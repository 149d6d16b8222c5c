package io.shipote.pipeline.discern;

import java.util.Optional;

/** Tells whether a text has one structure. */
interface Format {
    /**
     * What a text is taken for.
     *
     * @param confidence 0 to 1
     */
    record Guess(String mediaType, double confidence, String structure, Kind kind, String why) {
        private static final double UNFINISHED = 0.6;

        /** The same of what lacks its end. */
        Guess unfinished() {
            return new Guess(
                    mediaType, Math.min(confidence, UNFINISHED), structure, kind, why + "; its end is missing");
        }
    }

    /** Empty if it cannot be this. */
    Optional<Guess> look(Text text);
}
