package io.shipote.daemon.control;

import java.time.Duration;

/**
 * The bounds of the control socket.
 *
 * @param connections open connections; one more is told {@code Busy} and closed
 * @param frameBytes one call
 * @param replyBytes one reply
 * @param pendingOutput bytes of replies per connection that the client has not read yet
 * @param totalOutput the same over all connections: shared out equally when they are many
 * @param totalInput bytes of unfinished calls over all connections
 * @param unfinishedFrame how long a call may take from its first byte to its last
 */
public record Limits(
        int connections,
        int frameBytes,
        int replyBytes,
        long pendingOutput,
        long totalOutput,
        long totalInput,
        Duration unfinishedFrame) {
    /** Open connections, unless the configuration says otherwise. */
    public static final int MAX_CONNECTIONS = 512;

    /** Bytes of one call. */
    public static final int MAX_FRAME_BYTES = 1 << 20;

    /** Bytes of one reply. */
    public static final int MAX_REPLY_BYTES = 16 << 20;

    /** Bytes of replies that wait for one client to read them. */
    public static final long MAX_PENDING_OUTPUT = 4L << 20;

    /** Bytes of replies that wait for any client to read them. */
    public static final long MAX_TOTAL_OUTPUT = 32L << 20;

    /** Bytes of calls that are not complete, over all connections. */
    public static final long MAX_TOTAL_INPUT = 16L << 20;

    /** How long one call may take to arrive. */
    public static final Duration MAX_UNFINISHED_FRAME = Duration.ofSeconds(10);

    /** The bounds that the daemon runs with. */
    public static Limits defaults() {
        return new Limits(
                MAX_CONNECTIONS,
                MAX_FRAME_BYTES,
                MAX_REPLY_BYTES,
                MAX_PENDING_OUTPUT,
                MAX_TOTAL_OUTPUT,
                MAX_TOTAL_INPUT,
                MAX_UNFINISHED_FRAME);
    }

    /** These bounds with another number of connections. */
    public Limits withConnections(int count) {
        return new Limits(count, frameBytes, replyBytes, pendingOutput, totalOutput, totalInput, unfinishedFrame);
    }

    /** These bounds with another time for an unfinished call. */
    public Limits withUnfinishedFrame(Duration limit) {
        return new Limits(connections, frameBytes, replyBytes, pendingOutput, totalOutput, totalInput, limit);
    }

    /** Output that one of so many connections may leave unread. */
    long outputOf(int open) {
        return Math.min(pendingOutput, totalOutput / Math.max(1, open));
    }
}
