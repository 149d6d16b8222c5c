package io.shipote.core;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;

/**
 * Lets deaths be noticed, or puts that off: until somebody waits for it a child stays as a zombie, with its exit status,
 * also over an exec in place. Confined to the loop thread.
 */
public final class Reaping implements Executor {
    /** One for each child that has died meanwhile, however often it was told. */
    private final Set<Runnable> putOff = new LinkedHashSet<>();

    private boolean held;

    /** Runs the task now or after {@link #goOn}; always the same one for the same child. */
    @Override
    public void execute(Runnable notice) {
        if (held) {
            putOff.add(notice);
        } else {
            notice.run();
        }
    }

    /** No child is waited for from now on. */
    public void hold() {
        held = true;
    }

    /** Notices all that was put off. */
    public void goOn() {
        held = false;
        Set<Runnable> now = Set.copyOf(putOff);
        putOff.clear();
        now.forEach(Runnable::run);
    }
}
