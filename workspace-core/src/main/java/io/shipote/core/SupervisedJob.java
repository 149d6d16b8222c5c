package io.shipote.core;

import io.shipote.core.linux.Freezing;
import java.time.Duration;

/** A job that a {@link Supervisor} keeps running. Confined to the loop thread. */
public interface SupervisedJob extends Job, Supervisor.Work {
    Supervisor supervisor();

    @Override
    default void stop(EndedBy by, Duration grace, Runnable done) {
        supervisor().stop(by, grace, done);
    }

    @Override
    default void pause(Answer<Freezing> answer) {
        supervisor().pause(answer);
    }

    @Override
    default void resume(Answer<Void> answer) {
        supervisor().resume(answer);
    }
}
