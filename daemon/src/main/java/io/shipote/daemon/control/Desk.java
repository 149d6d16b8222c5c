package io.shipote.daemon.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.channel.ChannelHandlerContext;
import io.shipote.card.wire.Call;
import io.shipote.card.wire.WireJson;
import io.shipote.core.Loop;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all connections share, and the way from a call to its handler. Loop only. */
final class Desk {
    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    private final Loop loop;
    private final MethodTable methods;
    private final Traffic traffic;
    private final WireJson json = new WireJson();
    private final ObjectMapper mapper = Output.plainMapper();
    private final CallParser parser = new CallParser();

    Desk(Loop loop, MethodTable methods, Limits limits) {
        this.loop = loop;
        this.methods = methods;
        this.traffic = new Traffic(limits);
    }

    /** @throws ProtocolFault if there is no such method or the call does not fit it */
    void dispatch(Call call, OpenCall exchange) {
        MethodTable.Entry<?> entry = methods.find(call.method()).orElseThrow(() -> unknown(call.method()));
        check(call, entry.mode());
        try {
            entry.call(json, call.parameters(), exchange);
        } catch (WireJson.InvalidParameter e) {
            throw new ProtocolFault(Faults.invalidParameter(e.parameter(), e.getMessage()));
        }
    }

    /** Whether there is such a method and it has an upgrade. */
    boolean upgrades(String method) {
        return methods.find(method).filter(entry -> entry.mode().upgrades()).isPresent();
    }

    private static void check(Call call, MethodTable.Mode mode) {
        if (call.upgrade() && !mode.upgrades()) {
            throw new ProtocolFault(Faults.invalidParameter("upgrade", call.method() + " has no upgrade"));
        }
        if (!call.upgrade() && mode == MethodTable.Mode.NEEDS_UPGRADE) {
            throw new ProtocolFault(Faults.invalidParameter("upgrade", call.method() + " must be called with upgrade"));
        }
        if (!call.more() && mode == MethodTable.Mode.NEEDS_MORE) {
            throw new ProtocolFault(Faults.expectedMore());
        }
    }

    /** What a connection does with an exception that nobody else has taken: it ends. */
    void broken(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof Error error) {
            // Thrown anew where the loop's own rule for errors applies.
            loop.execute(() -> {
                throw error;
            });
        } else if (cause instanceof IOException) {
            LOG.debug("a client is gone: {}", cause.getMessage());
        } else {
            LOG.error("a connection failed", cause);
        }
        ctx.close();
    }

    private static ProtocolFault unknown(String method) {
        int dot = method.lastIndexOf('.');
        String name = dot < 0 ? method : method.substring(0, dot);
        return new ProtocolFault(
                VarlinkService.INTERFACES.contains(name)
                        ? Faults.methodNotFound(method)
                        : Faults.interfaceNotFound(name));
    }

    /** A call is over. */
    void over(Call call, Peer peer, CallObserver.Outcome outcome) {
        if (call.method().startsWith(MethodTable.INTERFACE + ".")) {
            methods.observer().over(call, peer, outcome);
        }
    }

    Loop loop() {
        return loop;
    }

    Traffic traffic() {
        return traffic;
    }

    WireJson json() {
        return json;
    }

    ObjectMapper mapper() {
        return mapper;
    }

    CallParser parser() {
        return parser;
    }
}
