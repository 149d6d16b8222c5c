package io.shipote.daemon.control;

import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import java.time.Duration;

/** Runs every task at once on the caller's thread; has no timers and watches nothing. */
final class InlineLoop implements Loop {
    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long nanoTime() {
        return 0;
    }

    @Override
    public long wallMillis() {
        return 0;
    }

    @Override
    public Watch watch(Fd fd, Interest interest, Runnable ready) {
        throw new UnsupportedOperationException();
    }
}
