package io.shipote.card.wire;

import java.util.Optional;

/** One version of a saved pipeline; {@code savedMs} is absent if another program saved it. */
public record SavedVersion(long version, Optional<Long> savedMs, long stages, long edges) {}
