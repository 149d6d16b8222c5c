package io.shipote.card.wire;

import java.util.Optional;

/**
 * An edge of a pipeline; {@code path} is {@code direct} (one kernel pipe) or {@code pumped} (through the daemon).
 *
 * @param verdict what its bytes seem to be; absent unless it was asked for and there were bytes; of a pipeline that does not run,
 *     the last one
 */
public record EdgeStatus(
        String from, String fromOutput, String to, String toInput, String path, Optional<EdgeVerdict> verdict) {
    /** One that nobody asked about. */
    public EdgeStatus(String from, String fromOutput, String to, String toInput, String path) {
        this(from, fromOutput, to, toInput, path, Optional.empty());
    }

    /** The same with what its bytes seem to be. */
    public EdgeStatus withVerdict(Optional<EdgeVerdict> seen) {
        return new EdgeStatus(from, fromOutput, to, toInput, path, seen);
    }
}
