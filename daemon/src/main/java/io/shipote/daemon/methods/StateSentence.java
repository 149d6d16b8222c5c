package io.shipote.daemon.methods;

import io.shipote.card.wire.JobState;
import java.time.Instant;

/** State and reason in one sentence, which says nothing twice. */
final class StateSentence {
    private StateSentence() {}

    /** As in "'api' is failed: exit 1"; a reason that begins with the state stands for both. */
    static String of(String who, JobState state, String why) {
        String word = state.word();
        if (why.equals(word) || begins(why, word)) {
            return who + " is " + why;
        }
        return who + (state == JobState.BACKOFF ? " is in " : " is ") + word + ": " + why;
    }

    /**
     * When the time to live of a workspace ends, or ended.
     *
     * @param deadlineMs in Unix milliseconds, as is {@code nowMs}
     */
    static String ofTtl(long deadlineMs, long nowMs) {
        return "its TTL " + (deadlineMs > nowMs ? "ends" : "ended") + " at " + Instant.ofEpochMilli(deadlineMs);
    }

    private static boolean begins(String why, String word) {
        return why.startsWith(word) && !Character.isLetterOrDigit(why.charAt(word.length()));
    }
}
