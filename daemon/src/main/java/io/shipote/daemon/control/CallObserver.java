package io.shipote.daemon.control;

import io.shipote.card.wire.Call;
import java.util.Optional;

/** Is told of every call of interface {@code io.shipote} once it is over. Loop only; must not throw or block. */
@FunctionalInterface
public interface CallObserver {
    /** Is told nothing: the way of a table that nobody watches. */
    CallObserver NOBODY = (call, peer, outcome) -> {};

    /**
     * How a call ended.
     *
     * @param error the error's name on the wire; empty for a success
     * @param reply the record of a success; empty also where the client left before there was an answer
     */
    record Outcome(Optional<String> error, Optional<Object> reply) {}

    /** The call has had its last answer, or its client has gone. */
    void over(Call call, Peer peer, Outcome outcome);
}
