package io.shipote.pipeline;

/** One end of a pipe of a plan. Its text, {@code 3r} or {@code 3w}, stands in run records. */
record PipeEnd(int pipe, boolean write) implements Comparable<PipeEnd> {
    static PipeEnd read(int pipe) {
        return new PipeEnd(pipe, false);
    }

    static PipeEnd write(int pipe) {
        return new PipeEnd(pipe, true);
    }

    /** @throws IllegalArgumentException if it is no such text */
    static PipeEnd parse(String text) {
        int last = text.length() - 1;
        if (last < 1 || (text.charAt(last) != 'r' && text.charAt(last) != 'w')) {
            throw new IllegalArgumentException("no pipe end: " + text);
        }
        return new PipeEnd(Integer.parseInt(text.substring(0, last)), text.charAt(last) == 'w');
    }

    @Override
    public int compareTo(PipeEnd other) {
        return pipe == other.pipe ? Boolean.compare(write, other.write) : Integer.compare(pipe, other.pipe);
    }

    @Override
    public String toString() {
        return pipe + (write ? "w" : "r");
    }
}
