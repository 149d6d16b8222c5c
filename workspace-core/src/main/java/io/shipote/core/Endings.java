package io.shipote.core;

import io.shipote.card.ExitStatus;
import io.shipote.card.wire.JobState;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.store.RunRecord;
import java.util.Optional;
import java.util.OptionalLong;

/** What an exit means for supervision and for the state that is shown. */
public final class Endings {
    private static final int ENOENT = 2;
    private static final int EINTR = 4;

    private Endings() {}

    public static Supervisor.Ending of(ExitStatus exit) {
        if (exit instanceof ExitStatus.Unknown) {
            return Supervisor.Ending.UNKNOWN;
        }
        return exit.success() ? Supervisor.Ending.WELL : Supervisor.Ending.BADLY;
    }

    /** The state of something that ended so, by itself. */
    public static JobState settled(ExitStatus exit) {
        return settled(of(exit));
    }

    /** The same, as far as supervision cares. */
    public static JobState settled(Supervisor.Ending ending) {
        switch (ending) {
            case WELL:
                return JobState.EXITED;
            case BADLY:
                return JobState.FAILED;
            default:
                return JobState.UNKNOWN;
        }
    }

    /** The exit of something that could not be started. */
    public static ExitStatus notStarted(ShipoteException cause) {
        Object errno = cause.fields().get("errno");
        Object path = cause.fields().get("path");
        return new ExitStatus.NotStarted(
                errno instanceof Number n ? n.intValue() : ENOENT, path instanceof String text ? text : "");
    }

    /** The record of a run that there is not, because the daemon ended during its launch. */
    public static RunRecord cutShort(RunRecord launching, long nowMs) {
        ExitStatus none = new ExitStatus.NotStarted(
                EINTR, launching.argv().stream().findFirst().orElse(""));
        return launching.ended(nowMs, none, EndedBy.DAEMON.word());
    }

    public static Optional<Long> boxed(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }
}
