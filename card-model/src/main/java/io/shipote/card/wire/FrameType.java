package io.shipote.card.wire;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What a frame of an upgraded connection holds. A frame is the byte of its type, the length of its payload as u32
 * big-endian, and the payload.
 */
public enum FrameType {
    /** The next bytes of the stream. */
    DATA(1, 1, FrameType.MAX_DATA),
    /**
     * Bytes of the stream that were lost at this place: their number, u64 big-endian, and if some of them were left out by
     * wish and not for slowness, the number of these.
     */
    GAP(2, Long.BYTES, 2 * Long.BYTES),
    /** The last frame of its direction: nothing, or the JSON of a {@link StreamEnd}. */
    END(3, 0, FrameType.MAX_END);

    /** Bytes in front of the payload. */
    public static final int HEADER = 1 + Integer.BYTES;

    /** Bytes in one data frame, at most. */
    public static final int MAX_DATA = 64 << 10;

    /** Bytes in an end frame, at most. */
    public static final int MAX_END = 4 << 10;

    private final int code;
    private final int min;
    private final int max;

    FrameType(int code, int min, int max) {
        this.code = code;
        this.min = min;
        this.max = max;
    }

    /** The type with that byte; empty if there is none. */
    public static Optional<FrameType> of(int code) {
        for (FrameType type : values()) {
            if (type.code == code) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** Whether a frame of this type may have a payload of so many bytes; the u32 as it is read, without its sign. */
    public boolean takes(long length) {
        return length >= min && length <= max && (this != GAP || length % Long.BYTES == 0);
    }

    /** A whole frame, from {@code length} bytes at {@code offset}; they must be as many as the type takes. */
    public byte[] frame(byte[] payload, int offset, int length) {
        if (!takes(length)) {
            throw new IllegalArgumentException(this + " takes no " + length + " bytes");
        }
        return ByteBuffer.allocate(HEADER + length)
                .put((byte) code)
                .putInt(length)
                .put(payload, offset, length)
                .array();
    }

    /** The frame that tells of so many lost bytes, of which so many were left out by wish. */
    public static byte[] gap(long bytes, long wished) {
        int length = wished == 0 ? Long.BYTES : 2 * Long.BYTES;
        byte[] payload = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(bytes)
                .putLong(wished)
                .array();
        return GAP.frame(payload, 0, length);
    }
}
