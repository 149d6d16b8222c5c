package io.shipote.client;

import io.shipote.card.wire.StreamEnd;

/** One frame of an upgraded connection, as the daemon sends it. */
public sealed interface Frame {
    /** The next bytes. */
    record Data(byte[] bytes) implements Frame {}

    /**
     * So many bytes were lost here: {@code aboveRate} of them were left out because they were more than the rate that was
     * asked for, the others because this reader was too slow, or the daemon could not keep up.
     */
    record Gap(long bytes, long aboveRate) implements Frame {}

    /** The last frame, and why it is. */
    record End(StreamEnd why) implements Frame {}
}
