package io.shipote.card.wire;

/** A command or pipeline that had ended and is thrown away. */
public record PrunedJob(String id, String kind, String label, String workspace) {}
