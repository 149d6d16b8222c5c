package io.shipote.daemon.control;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.Reply;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WireJson;

/** The one place where a failure becomes an error on the wire. */
final class Faults {
    private static final String SERVICE = "org.varlink.service.";

    private Faults() {}

    static Reply interfaceNotFound(String name) {
        return of("InterfaceNotFound", "interface", name);
    }

    static Reply methodNotFound(String method) {
        return of("MethodNotFound", "method", method);
    }

    static Reply expectedMore() {
        return new Reply(JsonNodeFactory.instance.objectNode(), false, SERVICE + "ExpectedMore");
    }

    /** The standard fault, with a sentence for people in addition. */
    static Reply invalidParameter(String parameter, String message) {
        Reply reply = of("InvalidParameter", "parameter", parameter);
        reply.parameters().put("message", message);
        return reply;
    }

    /** A frame that is no call at all. */
    static Reply badFrame(String message) {
        return invalidParameter("frame", message);
    }

    static Reply of(WireJson json, ShipoteException error) {
        ObjectNode parameters = JsonNodeFactory.instance.objectNode();
        parameters.put("message", error.getMessage());
        parameters.setAll(json.toTree(error.fields()));
        return new Reply(parameters, false, error.code().wireName());
    }

    private static Reply of(String fault, String field, String value) {
        ObjectNode parameters = JsonNodeFactory.instance.objectNode();
        parameters.put(field, value);
        return new Reply(parameters, false, SERVICE + fault);
    }
}
