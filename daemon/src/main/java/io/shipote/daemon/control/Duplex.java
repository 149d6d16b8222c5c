package io.shipote.daemon.control;

import io.shipote.card.wire.StreamEnd;

/**
 * An upgraded connection: bytes in both directions until one side ends it. Loop only.
 *
 * <p>Once it is over, for whichever reason, every method is without effect.
 */
public interface Duplex {
    /** Takes what the client sends. */
    interface Receiver {
        /**
         * The next bytes, which are the receiver's to keep. After {@link Duplex#hold} at most what the kernel had taken of
         * them still comes.
         */
        void data(byte[] bytes);

        /** The client sends no more; it may still read. */
        void ended();

        /** The connection is gone without {@link Duplex#end}: the client left, broke the rules, or the daemon stops. */
        void closed();
    }

    /** Who takes what the client sends; to be named before the loop goes on to its next task. */
    void receive(Receiver receiver);

    /** Whether to stop reading from the client, who then blocks once the kernel's buffers are full. */
    void hold(boolean on);

    /**
     * Sends bytes to the client, in as many frames as it takes.
     *
     * @return false if the client reads too slowly: what did not fit is lost, as is all that comes before there is room
     *     again, and one gap tells how much it was
     */
    boolean send(byte[] bytes);

    /** Tells the client that so many bytes are missing here, of which so many were left out by its wish. */
    void lost(long bytes, long wished);

    /** Sends the last frame and closes the connection when the client has read it. */
    void end(StreamEnd why);
}
