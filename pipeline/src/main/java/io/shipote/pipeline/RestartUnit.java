package io.shipote.pipeline;

import io.shipote.card.wire.JobState;
import io.shipote.core.Retries;

/** Where one stage stands in a pipeline whose stages are restarted one by one. Confined to the loop thread. */
final class RestartUnit {
    /** Nobody else's restart concerns it. */
    static final int NOBODY = -1;

    /** Where it stands. */
    enum Phase {
        /** It runs. */
        UP,
        /** It has failed, and waits for the time of its restart. */
        DUE,
        /** Its time has come; something that is to be restarted with it still runs. */
        READY,
        /** It is being ended, to be restarted with another. */
        ENDING,
        /** It has ended, to be restarted with another. */
        WAITING,
        /** It is being started. */
        LAUNCHING,
        /** It has ended, and will not be started again. */
        DOWN
    }

    final int stage;
    final Retries retries;
    Phase phase = Phase.DOWN;
    /** The stage with which it is restarted. */
    int cause = NOBODY;

    String why = "not started yet";

    RestartUnit(int stage, Retries retries) {
        this.stage = stage;
        this.retries = retries;
    }

    boolean is(Phase... phases) {
        for (Phase one : phases) {
            if (phase == one) {
                return true;
            }
        }
        return false;
    }

    void enter(Phase next, String reason) {
        phase = next;
        why = reason;
        if (next == Phase.UP || next == Phase.DOWN || next == Phase.DUE) {
            cause = NOBODY;
        }
    }

    /** What a client sees of it as long as its process does not tell. */
    JobState state() {
        return switch (phase) {
            case UP -> JobState.RUNNING;
            case DUE, READY, WAITING -> JobState.BACKOFF;
            case ENDING -> JobState.STOPPING;
            case LAUNCHING -> JobState.STARTING;
            case DOWN -> JobState.STOPPED;
        };
    }
}
