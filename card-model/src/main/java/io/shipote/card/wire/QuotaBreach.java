package io.shipote.card.wire;

import java.util.Optional;

/** A limit of a workspace that was reached. {@code by} who noticed; {@code command} whom it cost its life, if anybody. */
public record QuotaBreach(
        long atMs, String what, long used, long limit, String by, String outcome, Optional<String> command) {}
