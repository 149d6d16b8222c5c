package io.shipote.card.wire;

/** An edge of a pipeline; {@code path} is {@code direct} (one kernel pipe) or {@code pumped} (through the daemon). */
public record EdgeStatus(String from, String fromOutput, String to, String toInput, String path) {}
