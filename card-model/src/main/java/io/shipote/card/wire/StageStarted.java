package io.shipote.card.wire;

/** A stage that has been started. */
public record StageStarted(String label, String command, long pid) {}
