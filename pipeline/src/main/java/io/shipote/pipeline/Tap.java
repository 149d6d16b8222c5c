package io.shipote.pipeline;

/** A live tap of an edge. Confined to the domain loop. */
public interface Tap extends AutoCloseable {
    /** Taps of one edge at one time. */
    int MAX_PER_EDGE = 8;

    /** The most bytes that a sink is given before it has taken earlier ones. */
    int WINDOW_BYTES = 256 * 1024;

    /** The most bytes a replay can hold. */
    int MAX_REPLAY_BYTES = 64 * 1024;

    /**
     * How an edge is to be tapped.
     *
     * @param replay begins with the last bytes that went by, {@link #MAX_REPLAY_BYTES} at most, if the edge keeps them:
     *     one that its spec declares as tapped does
     * @param bytesPerSecond more than this on average is left out, as gaps; 0 = no limit
     */
    record Options(boolean replay, long bytesPerSecond) {
        public static final Options PLAIN = new Options(false, 0);

        public Options {
            if (bytesPerSecond < 0) {
                throw new IllegalArgumentException("bytesPerSecond: " + bytesPerSecond);
            }
        }
    }

    /**
     * Whether only samples are seen: the edge is direct, so the daemon looks at what waits in its pipe now and then. What
     * is in between is unknown, and no gaps are told.
     */
    boolean sampled();

    /** The sink has passed so many bytes on: it may be given as many again. */
    void taken(long bytes);

    /** Ends it. The edge flows on. */
    @Override
    void close();
}
