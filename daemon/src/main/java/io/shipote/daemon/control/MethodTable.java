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
    private CallObserver observer = CallObserver.NOBODY;

    /** Answers a method, named without its interface ({@code Health}). */
    public <I> void on(String method, Class<I> in, Handler<I> handler) {
        add(INTERFACE + "." + method, in, handler, Mode.PLAIN);
    }

    /** Answers a method that makes sense only as a stream: called without {@code more} it is refused. */
    public <I> void onMore(String method, Class<I> in, Handler<I> handler) {
        add(INTERFACE + "." + method, in, handler, Mode.NEEDS_MORE);
    }

    /** Answers a method that can also take the connection over, if the client asks for that with {@code upgrade}. */
    public <I> void onMayUpgrade(String method, Class<I> in, Handler<I> handler) {
        add(INTERFACE + "." + method, in, handler, Mode.MAY_UPGRADE);
    }

    /** Answers a method that takes the connection over: called without {@code upgrade} it is refused. */
    public <I> void onUpgrade(String method, Class<I> in, Handler<I> handler) {
        add(INTERFACE + "." + method, in, handler, Mode.NEEDS_UPGRADE);
    }

    /** Has the end of every call of {@link #INTERFACE} told to this one. */
    public void observe(CallObserver next) {
        observer = next;
    }

    CallObserver observer() {
        return observer;
    }

    <I> void add(String fullName, Class<I> in, Handler<I> handler, Mode mode) {
        if (entries.putIfAbsent(fullName, new Entry<>(in, handler, mode)) != null) {
            throw new IllegalArgumentException(fullName + " has a handler already");
        }
    }

    Optional<Entry<?>> find(String fullName) {
        return Optional.ofNullable(entries.get(fullName));
    }

    /** How a method may and must be called. */
    enum Mode {
        PLAIN,
        NEEDS_MORE,
        MAY_UPGRADE,
        NEEDS_UPGRADE;

        boolean upgrades() {
            return this == MAY_UPGRADE || this == NEEDS_UPGRADE;
        }
    }

    record Entry<I>(Class<I> in, Handler<I> handler, Mode mode) {
        void call(WireJson json, com.fasterxml.jackson.databind.node.ObjectNode parameters, Exchange exchange)
                throws WireJson.InvalidParameter {
            handler.handle(json.fromCall(parameters, in), exchange);
        }
    }
}
