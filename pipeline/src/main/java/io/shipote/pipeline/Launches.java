package io.shipote.pipeline;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Endings;
import io.shipote.core.Supervisor;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Why a pipeline could not be started. */
final class Launches {
    /** What a shell is told of a failure that is not the stages'. */
    private static final int OWN_FAILURE = 125;

    private Launches() {}

    /** The same failure with the stage's name in it. */
    static ShipoteException named(ShipoteException cause, String stage) {
        Map<String, Object> fields = new LinkedHashMap<>(cause.fields());
        fields.put("stage", stage);
        return new ShipoteException(cause.code(), "stage '" + stage + "': " + cause.getMessage(), fields);
    }

    static ShipoteException notHeld(ShipoteException cause) {
        return new ShipoteException(
                cause.code(), "the process that holds its pipes: " + cause.getMessage(), cause.fields());
    }

    /** Of a pipeline whose stages have ended, one way or other, without all of their data. */
    static Outcome lostData(String why) {
        return new Outcome(Supervisor.Ending.BADLY, OWN_FAILURE, why);
    }

    static ShipoteException noPipes(IOException e) {
        return noPipes(e.getMessage());
    }

    static ShipoteException noPipes(String why) {
        return new ShipoteException(ErrorCode.NOT_STARTED, "no pipes for its edges: " + why, Map.of());
    }

    static ShipoteException stopped() {
        return new ShipoteException(ErrorCode.WRONG_STATE, "the pipeline is being ended", Map.of());
    }

    static Outcome outcome(ShipoteException cause) {
        return new Outcome(Supervisor.Ending.BADLY, Endings.notStarted(cause).shellStatus(), cause.getMessage());
    }
}
