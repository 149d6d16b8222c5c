package io.shipote.card.wire;

/**
 * Where reading a log goes on.
 *
 * @param stream {@code stdout} or {@code stderr}
 * @param offset of the first byte that has not been seen
 */
public record LogPosition(String run, String stream, long offset) {}
