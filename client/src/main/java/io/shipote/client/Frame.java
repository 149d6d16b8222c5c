package io.shipote.client;

import io.shipote.card.wire.StreamEnd;

/** One frame of an upgraded connection, as the daemon sends it. */
public sealed interface Frame {
    /** The next bytes. */
    record Data(byte[] bytes) implements Frame {}

    /** So many bytes were lost here: this reader was too slow, or the daemon could not keep up. */
    record Gap(long bytes) implements Frame {}

    /** The last frame, and why it is. */
    record End(StreamEnd why) implements Frame {}
}
