package io.shipote.daemon.control;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.shipote.card.wire.Call;
import io.shipote.card.wire.WireJson;
import io.shipote.core.Loop;

/** What all connections share, and the way from a call to its handler. Loop only. */
final class Desk {
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
        if (call.upgrade()) {
            throw new ProtocolFault(Faults.invalidParameter("upgrade", call.method() + " has no upgrade"));
        }
        if (entry.needsMore() && !call.more()) {
            throw new ProtocolFault(Faults.expectedMore());
        }
        try {
            entry.call(json, call.parameters(), exchange);
        } catch (WireJson.InvalidParameter e) {
            throw new ProtocolFault(Faults.invalidParameter(e.parameter(), e.getMessage()));
        }
    }

    private static ProtocolFault unknown(String method) {
        int dot = method.lastIndexOf('.');
        String name = dot < 0 ? method : method.substring(0, dot);
        return new ProtocolFault(
                VarlinkService.INTERFACES.contains(name)
                        ? Faults.methodNotFound(method)
                        : Faults.interfaceNotFound(name));
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
