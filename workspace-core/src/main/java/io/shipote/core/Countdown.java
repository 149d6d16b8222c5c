package io.shipote.core;

/** Runs a task once so many things have happened; at once for none. Confined to the loop thread. */
public final class Countdown {
    private final Runnable done;
    private int left;

    public Countdown(int count, Runnable done) {
        this.left = count;
        this.done = done;
        if (count == 0) {
            done.run();
        }
    }

    /** One of them has happened. */
    public void one() {
        left--;
        if (left == 0) {
            done.run();
        }
    }
}
