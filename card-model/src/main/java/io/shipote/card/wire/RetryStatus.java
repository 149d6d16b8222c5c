package io.shipote.card.wire;

import java.util.Optional;

/**
 * Where the restarts of a command, a pipeline or a stage stand.
 *
 * @param sinceReset restarts since it was last healthy, the one that is due among them
 * @param max of those, as many as it may have; absent = any number
 * @param forever whether it goes on after that, each time after the longest delay
 * @param nextTryMs when the next is due, in Unix milliseconds, if one is
 * @param resetsAtMs when it will have run long enough for the count to begin anew, if it runs and has counted any
 */
public record RetryStatus(
        long sinceReset, Optional<Long> max, boolean forever, Optional<Long> nextTryMs, Optional<Long> resetsAtMs) {}
