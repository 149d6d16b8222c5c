package io.shipote.daemon.control;

/**
 * Answers the calls of one method. Runs on the loop and must not block; it may answer later through the exchange.
 *
 * @param <I> the record of the method's parameters
 */
@FunctionalInterface
public interface Handler<I> {
    /**
     * Handles one call.
     *
     * @throws io.shipote.card.wire.ShipoteException to answer with that error; any other exception is logged and
     *     answered as {@code io.shipote.Internal}
     */
    void handle(I in, Exchange exchange);
}
