package io.shipote.daemon.methods;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shipote.core.ManualLoop;
import java.util.List;
import org.junit.jupiter.api.Test;

class TickerTest {
    private final ManualLoop loop = new ManualLoop();
    private final FakeExchange exchange = new FakeExchange(false);
    private int looks;

    @Test
    void whatALaterLookThrowsEndsTheCall() {
        new Ticker(loop, exchange).begin(done -> {
            looks++;
            if (looks == 3) {
                throw new IllegalStateException("gone");
            }
            done.accept(looks);
        });
        loop.advance(Ticker.INTERVAL);
        assertEquals(List.of(1, 2), exchange.answers);
        loop.advance(Ticker.INTERVAL);
        loop.advance(Ticker.INTERVAL);
        assertEquals(1, exchange.failures.size());
        assertEquals(3, looks);
        assertEquals(0, loop.timers());
    }

    @Test
    void itEndsWithItsClient() {
        new Ticker(loop, exchange).begin(done -> done.accept("again"));
        exchange.leave();
        loop.advance(Ticker.INTERVAL);
        assertEquals(List.of("again"), exchange.answers);
        assertEquals(0, loop.timers());
    }
}
