package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;

/** Where restarts stand, as people read it. */
final class RetryText {
    private RetryText() {}

    /** "3 of 5, the next in 12s", "6, slowly after the first 5", "1 since it was healthy, resets in 8s"; null if it never restarts or has not. */
    static String of(JsonNode job, long now) {
        JsonNode retry = job.path("retry");
        long count = retry.path("since_reset").asLong();
        if (count == 0) {
            return null;
        }
        StringBuilder out = new StringBuilder().append(count);
        boolean forever = retry.path("forever").asBoolean();
        if (forever && retry.path("max").isNumber() && count > retry.path("max").asLong()) {
            out.append(", slowly after the first ").append(retry.path("max").asText());
        } else if (retry.path("max").isNumber()) {
            out.append(" of ").append(retry.path("max").asText());
            out.append(forever ? ", then slowly" : "");
        }
        if (retry.path("next_try_ms").isNumber()) {
            long left = Math.max(0, retry.path("next_try_ms").asLong() - now);
            out.append(", the next in ").append(Durations.human(left));
        }
        if (retry.path("resets_at_ms").isNumber()) {
            long left = Math.max(0, retry.path("resets_at_ms").asLong() - now);
            out.append(", reset in ").append(Durations.human(left));
        }
        return out.toString();
    }
}
