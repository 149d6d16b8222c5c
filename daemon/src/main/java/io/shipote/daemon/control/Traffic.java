package io.shipote.daemon.control;

/** What all connections together hold. Loop only. */
final class Traffic {
    private final Limits limits;
    private int open;
    private long unfinishedInput;

    Traffic(Limits limits) {
        this.limits = limits;
    }

    Limits limits() {
        return limits;
    }

    int open() {
        return open;
    }

    /** Counts a connection in; false if there are enough of them. */
    boolean admit() {
        if (open >= limits.connections()) {
            return false;
        }
        open++;
        return true;
    }

    void leave() {
        open--;
    }

    /** Books a change of the bytes that wait for the rest of their call; false if they are now too many. */
    boolean input(long delta) {
        unfinishedInput += delta;
        return unfinishedInput <= limits.totalInput();
    }

    long unfinishedInput() {
        return unfinishedInput;
    }

    long outputLimit() {
        return limits.outputOf(open);
    }
}
