package io.shipote.core;

import java.util.ArrayList;
import java.util.List;

/** Tasks that wait for the next time something happens. Confined to the loop thread. */
public final class Waiters {
    private final List<Runnable> tasks = new ArrayList<>();

    /** The returned task takes this one back. */
    public Runnable add(Runnable task) {
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /** It has happened: runs them all, in order, each once. One that is added meanwhile waits for the next time. */
    public void release() {
        List<Runnable> now = List.copyOf(tasks);
        tasks.clear();
        now.forEach(Runnable::run);
    }
}
