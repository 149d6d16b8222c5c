package io.shipote.core.linux;

import java.util.Arrays;

/**
 * What a group of processes uses at one moment: a number per {@link Figure}. Filled again and again, so that a sample
 * costs no memory. To be used by one thread at a time.
 */
public final class Usage {
    /** In the place of a figure that cannot be read. */
    public static final long UNKNOWN = -1;

    /** Where figures come from. */
    public enum Source {
        NONE("none"),
        /** The sums of what {@code /proc} tells of each process. */
        PROC("proc"),
        /** The kernel's own account of the group. */
        CGROUP("cgroup"),
        /** A snapshot file. */
        PERSISTED("persisted");

        private final String word;

        Source(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    private final long[] figures = new long[Figure.COUNT];
    private Source source = Source.NONE;

    public Usage() {
        clear();
    }

    /** Nothing is known. */
    public void clear() {
        Arrays.fill(figures, UNKNOWN);
        source = Source.NONE;
    }

    /** {@link #UNKNOWN} if it cannot be read. */
    public long get(Figure figure) {
        return figures[figure.ordinal()];
    }

    /** The figure, or another number if it cannot be read. */
    public long get(Figure figure, long otherwise) {
        return known(figure) ? get(figure) : otherwise;
    }

    public boolean known(Figure figure) {
        return figures[figure.ordinal()] != UNKNOWN;
    }

    /** A negative number is {@link #UNKNOWN}. */
    public void set(Figure figure, long value) {
        figures[figure.ordinal()] = Math.max(UNKNOWN, value);
    }

    /** Adds to a figure, which becomes known by that. */
    public void add(Figure figure, long more) {
        figures[figure.ordinal()] = get(figure, 0) + Math.max(0, more);
    }

    /** Adds a figure of another; without effect if the other does not know it. */
    public void add(Figure figure, Usage other) {
        if (other.known(figure)) {
            add(figure, other.get(figure));
        }
    }

    /** Raises a figure to at least that. */
    public void raise(Figure figure, long least) {
        figures[figure.ordinal()] = Math.max(get(figure), least);
    }

    public Source source() {
        return source;
    }

    public void source(Source from) {
        source = from;
    }

    /** Becomes the same as the other. */
    public void copy(Usage other) {
        System.arraycopy(other.figures, 0, figures, 0, figures.length);
        source = other.source;
    }

    /** Takes everything over that the other knows; the rest stays. */
    public void take(Usage newer) {
        for (int i = 0; i < figures.length; i++) {
            if (newer.figures[i] != UNKNOWN) {
                figures[i] = newer.figures[i];
            }
        }
        if (newer.source != Source.NONE) {
            source = newer.source;
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(source.word());
        for (Figure figure : Figure.values()) {
            if (known(figure)) {
                text.append(' ').append(figure).append('=').append(get(figure));
            }
        }
        return text.toString();
    }
}
