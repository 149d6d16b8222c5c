package io.shipote.daemon.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.ManualLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateTest {
    private final ManualLoop loop = new ManualLoop();
    private final Gate gate = new Gate(loop);
    private final List<String> done = new ArrayList<>();

    private FakeExchange change(String name, boolean oneway) {
        FakeExchange exchange = new FakeExchange(oneway);
        gate.change(exchange, () -> done.add(name));
        return exchange;
    }

    @Test
    void aChangeWaitsForTheRestoreUnlessItsClientLeaves() {
        change("stays", false);
        change("leaves", false).leave();
        // It never wanted to see what comes of it.
        change("oneway", true).leave();
        assertEquals(List.of(), done);
        assertEquals(2, loop.timers());
        gate.open();
        loop.run();
        assertEquals(List.of("stays", "oneway"), done);
        assertEquals(0, loop.timers());
    }

    @Test
    void whoWaitsTooLongIsRefusedOnce() {
        FakeExchange late = change("late", false);
        loop.advance(Gate.PATIENCE.plus(Duration.ofMillis(1)));
        late.leave();
        gate.open();
        loop.run();
        assertEquals(List.of(), done);
        assertEquals(1, late.failures.size());
    }

    @Test
    void whileItStopsNothingIsLetThrough() {
        FakeExchange waiting = change("waiting", false);
        gate.close();
        assertEquals(1, waiting.failures.size());
        ShipoteException busy = assertThrows(ShipoteException.class, () -> change("more", false));
        assertEquals(ErrorCode.BUSY, busy.code());
        gate.open();
        loop.run();
        assertEquals(List.of(), done);
    }
}
