package io.shipote.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.store.RunRecords;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LogBoundsTest {
    private final CoreFixture core = CoreFixture.fresh();
    private boolean full;
    private int looks;

    private void take(Runnable task) {
        if (full) {
            throw new ShipoteException(ErrorCode.BUSY, "full", Map.of());
        }
        looks++;
        core.loop.execute(task);
    }

    @Test
    void logsAreLookedAtAgainAfterTooMuchWasWaiting() {
        for (int i = 0; i < 3; i++) {
            core.workspace("w" + i);
        }
        RunRecords records = new RunRecords(CoreFixture.STATE.getParent(), core.disk);
        new LogBounds(core.host, core.workspaces, records, this::take, () -> Retention.DEFAULTS).start();
        full = true;
        core.pass(LogBounds.WORKSPACE_INTERVAL.multipliedBy(2));
        assertEquals(0, looks);
        full = false;
        core.pass(LogBounds.WORKSPACE_INTERVAL);
        // Each workspace, and what is gone.
        assertEquals(4, looks);
    }
}
