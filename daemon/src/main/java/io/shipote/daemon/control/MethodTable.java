package io.shipote.daemon.control;

import io.shipote.card.wire.WireJson;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The methods of interface {@code io.shipote} and who answers them. Loop only; filled before the socket is bound. */
public final class MethodTable {
    /** The interface that {@link #on} adds to. */
    public static final String INTERFACE = "io.shipote";

    private final Map<String, Entry<?>> entries = new HashMap<>();

    /** Answers a method, named without its interface ({@code Health}). */
    public <I> void on(String method, Class<I> in, Handler<I> handler) {
        add(INTERFACE + "." + method, in, handler, false);
    }

    /** Answers a method that makes sense only as a stream: called without {@code more} it is refused. */
    public <I> void onMore(String method, Class<I> in, Handler<I> handler) {
        add(INTERFACE + "." + method, in, handler, true);
    }

    <I> void add(String fullName, Class<I> in, Handler<I> handler, boolean needsMore) {
        if (entries.putIfAbsent(fullName, new Entry<>(in, handler, needsMore)) != null) {
            throw new IllegalArgumentException(fullName + " has a handler already");
        }
    }

    Optional<Entry<?>> find(String fullName) {
        return Optional.ofNullable(entries.get(fullName));
    }

    record Entry<I>(Class<I> in, Handler<I> handler, boolean needsMore) {
        void call(WireJson json, com.fasterxml.jackson.databind.node.ObjectNode parameters, Exchange exchange)
                throws WireJson.InvalidParameter {
            handler.handle(json.fromCall(parameters, in), exchange);
        }
    }
}
