package io.shipote.card.wire;

/**
 * What goes through an edge of a live pipeline.
 *
 * @param edge its index in the spec
 * @param path as in {@link EdgeStatus}
 * @param bytes since the start of the pipeline
 * @param bytesPerS over about the last three seconds
 * @param backlogBytes written and not yet read by the consumer, of {@code pipeBytes} that may be
 * @param blockedMs how long what was to be written found no room
 * @param lostBytes what taps have missed
 * @param sampled whether the figures are estimates and a tap sees samples, as the daemon is not part of a direct edge
 */
public record FlowStatus(
        String pipeline,
        String label,
        String workspace,
        long edge,
        String from,
        String fromOutput,
        String to,
        String toInput,
        String path,
        long bytes,
        long bytesPerS,
        long backlogBytes,
        long pipeBytes,
        long blockedMs,
        long taps,
        long lostBytes,
        boolean sampled) {}
