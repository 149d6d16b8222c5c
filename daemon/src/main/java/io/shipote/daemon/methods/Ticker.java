package io.shipote.daemon.methods;

import io.shipote.core.Loop;
import io.shipote.daemon.control.Exchange;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Answers one call again and again: now and each {@link #INTERVAL}, until the client leaves or there is nothing to tell any
 * more. A client that reads slowly gets fewer answers. Confined to the loop thread.
 */
final class Ticker {
    /** Time between two answers. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Loop loop;
    private final Exchange exchange;
    private boolean closed;

    Ticker(Loop loop, Exchange exchange) {
        this.loop = loop;
        this.exchange = exchange;
    }

    /** @param look gets the answer of the moment and passes it on, at once or later; what it throws ends the call */
    void begin(Consumer<Consumer<Object>> look) {
        exchange.onClosed(() -> closed = true);
        tick(look);
    }

    private void tick(Consumer<Consumer<Object>> look) {
        if (closed) {
            return;
        }
        exchange.attempt(() -> look.accept(answer -> {
            exchange.next(answer);
            loop.schedule(INTERVAL, () -> tick(look));
        }));
    }
}
