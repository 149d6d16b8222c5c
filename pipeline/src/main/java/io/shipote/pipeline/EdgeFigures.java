package io.shipote.pipeline;

/**
 * What went through an edge, and how it stands.
 *
 * @param bytes since the start of the pipeline
 * @param bytesPerSecond over about the last {@link Rate#SECONDS}
 * @param backlogBytes written by the producer's side and not yet read by the consumer
 * @param pipeBytes the size of the pipe that the consumer reads from
 * @param blockedMs how long what was to be written found no room, in milliseconds
 * @param taps live taps
 * @param tapLostBytes what taps have missed, by slowness or by their rate
 * @param longLines pieces of lines that were too long to be kept whole
 * @param estimated whether the bytes come from what the processes have read and written in all, and the blocked time
 *     from samples: so it is for a direct edge, which the daemon is not part of
 */
public record EdgeFigures(
        long bytes,
        long bytesPerSecond,
        long backlogBytes,
        long pipeBytes,
        long blockedMs,
        int taps,
        long tapLostBytes,
        long longLines,
        boolean estimated) {
    /** Of an edge that nothing is known of, as its pipeline does not run. */
    public static final EdgeFigures NONE = new EdgeFigures(0, 0, 0, 0, 0, 0, 0, 0, false);
}
