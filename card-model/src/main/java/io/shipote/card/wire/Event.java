package io.shipote.card.wire;

import java.util.Optional;

/** Something that happened to a workspace, command or pipeline. */
public record Event(
        long atMs,
        String kind,
        Optional<String> workspace,
        Optional<String> command,
        Optional<String> pipeline,
        Optional<String> state,
        Optional<String> detail) {}
