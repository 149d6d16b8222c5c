package io.shipote.card.wire;

/** One thing that is wrong with a spec, and where. */
public record SpecProblem(String path, String message) {}
