package io.shipote.card.wire;

/**
 * What the bytes of an edge seem to be.
 *
 * @param bytes how many were looked at
 * @param sampled whether they are what waited in the pipe, from anywhere in the stream; else the first that passed
 */
public record EdgeVerdict(Discernment discernment, long bytes, boolean sampled) {}
