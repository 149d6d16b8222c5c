package io.shipote.core;

import io.shipote.core.store.RunRecord;
import java.util.OptionalLong;

/**
 * Where the restarts of a thing stand.
 *
 * @param total all restarts ever made, the one that is due among them
 * @param sinceReset those since it was last healthy
 * @param nextTryMs when the next is due, in Unix milliseconds
 */
public record RetryState(long total, long sinceReset, OptionalLong nextTryMs) {
    /** None yet. */
    public static final RetryState NONE = new RetryState(0, 0, OptionalLong.empty());

    /** What a record says of its command's restarts. */
    public static RetryState of(RunRecord record) {
        return new RetryState(
                record.restarts(),
                record.sinceReset(),
                record.nextTryMs().map(OptionalLong::of).orElse(OptionalLong.empty()));
    }

    /** The record with this in it. */
    public RunRecord noted(RunRecord record) {
        return record.withRetries(total, sinceReset, Endings.boxed(nextTryMs));
    }

    /** The same with nothing due. */
    public RetryState withoutNext() {
        return new RetryState(total, sinceReset, OptionalLong.empty());
    }
}
