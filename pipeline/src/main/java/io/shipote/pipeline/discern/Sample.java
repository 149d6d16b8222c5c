package io.shipote.pipeline.discern;

/**
 * Some bytes of a stream or a file.
 *
 * @param bytes not copied; at most {@link #MAX_BYTES} are looked at
 * @param fromStart whether they are the first ones; else the first line may be half of one
 * @param whole whether nothing follows them
 */
public record Sample(byte[] bytes, boolean fromStart, boolean whole) {
    /** More than this tells nothing more. */
    public static final int MAX_BYTES = 64 << 10;

    /** The beginning of something. */
    public static Sample head(byte[] bytes) {
        return new Sample(bytes, true, false);
    }

    /** All of something. */
    public static Sample all(byte[] bytes) {
        return new Sample(bytes, true, true);
    }

    Sample bounded() {
        return bytes.length <= MAX_BYTES
                ? this
                : new Sample(java.util.Arrays.copyOf(bytes, MAX_BYTES), fromStart, false);
    }
}
