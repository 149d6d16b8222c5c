package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.ConnectionException;
import io.shipote.client.NoDaemonException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailuresTest {
    @Test
    void everyErrorHasItsStatus() {
        Map<ErrorCode, Integer> statuses = new EnumMap<>(ErrorCode.class);
        for (ErrorCode code : ErrorCode.values()) {
            statuses.put(code, Failures.status(new ShipoteException(code, ""), false));
        }
        assertEquals(
                "{INVALID_SPEC=1, NOT_FOUND=4, AMBIGUOUS=5, ALREADY_EXISTS=5, WRONG_STATE=5, BUSY=6, LIMIT_EXCEEDED=6, "
                        + "DENIED=7, NOT_STARTED=1, NOT_RUNNABLE=1, NOT_APPLIED=1, NOT_STORED=1, INTERNAL=70}",
                statuses.toString());
    }

    @Test
    void ourFailuresStandApartFromACommandsStatus() {
        for (ErrorCode code : ErrorCode.values()) {
            int expected = code == ErrorCode.NOT_STARTED ? 126 : 125;
            assertEquals(expected, Failures.status(new ShipoteException(code, ""), true), code.name());
        }
        ShipoteException missing = new ShipoteException(ErrorCode.NOT_STARTED, "", Map.of("errno", 2));
        assertEquals(127, Failures.status(missing, true));
        assertEquals(125, Failures.status(new NoDaemonException(Path.of("/s"), null), true));
        assertEquals(125, Failures.status(new IllegalStateException(), true));
    }

    @Test
    void otherFailures() {
        assertEquals(2, Failures.status(new UsageException(""), false));
        assertEquals(2, Failures.status(new UsageException(""), true));
        assertEquals(3, Failures.status(new NoDaemonException(Path.of("/s"), null), false));
        assertEquals(3, Failures.status(new DaemonStartException("", Path.of("/log"), null), false));
        assertEquals(1, Failures.status(new ConnectionException("", true, null), false));
        assertEquals(1, Failures.status(new SpecException(List.of()), false));
        assertEquals(1, Failures.status(new UncheckedIOException(new IOException()), false));
        assertEquals(70, Failures.status(new IllegalStateException(), false));
        assertEquals(141, Failures.status(new Console.OutputLost(new IOException("Broken pipe")), false));
        assertEquals(1, Failures.status(new Console.OutputLost(new IOException("No space left on device")), false));
    }
}
