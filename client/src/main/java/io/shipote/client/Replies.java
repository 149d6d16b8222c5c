package io.shipote.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What a reply says: its parameters, or the error as an exception. */
final class Replies {
    private static final String SERVICE = "org.varlink.service.";

    private Replies() {}

    /** @throws ShipoteException if the reply is an error */
    static ObjectNode parameters(ObjectNode reply) {
        JsonNode parameters = reply.get("parameters");
        ObjectNode object =
                parameters instanceof ObjectNode ? (ObjectNode) parameters : JsonNodeFactory.instance.objectNode();
        JsonNode error = reply.get("error");
        if (error == null || error.isNull()) {
            return object;
        }
        throw failure(error.asText(), object);
    }

    /** Whether the daemon has ended a call that changes nothing only because it is being replaced. */
    static boolean isBrokenOff(ObjectNode reply) {
        return reply.path("error").asText("").equals(ErrorCode.BUSY.wireName())
                && reply.at("/parameters/limit").asText("").equals("upgrade");
    }

    /** Whether the exception is the daemon's answer and not a fault of what handled an earlier one. */
    static boolean isFromPeer(ShipoteException failure) {
        return failure instanceof PeerException;
    }

    private static ShipoteException failure(String error, ObjectNode parameters) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> field : parameters.properties()) {
            if (!field.getKey().equals("message") && !field.getValue().isNull()) {
                fields.put(field.getKey(), field.getValue());
            }
        }
        String message = parameters.path("message").asText("");
        Optional<ErrorCode> code = ErrorCode.ofWireName(error);
        if (code.isPresent()) {
            return new PeerException(code.get(), message.isEmpty() ? error : message, fields);
        }
        if (error.equals(SERVICE + "InvalidParameter")) {
            String name = parameters.path("parameter").asText("?");
            return new PeerException(
                    ErrorCode.INVALID_SPEC,
                    "the parameter " + name + " is not accepted" + (message.isEmpty() ? "" : ": " + message),
                    fields);
        }
        if (error.equals(SERVICE + "MethodNotFound") || error.equals(SERVICE + "MethodNotImplemented")) {
            String name = parameters.path("method").asText("");
            return new PeerException(
                    ErrorCode.INTERNAL,
                    "the daemon has no method " + name + " (is it older than this client? see: shipote health)",
                    fields);
        }
        return new PeerException(ErrorCode.INTERNAL, "the daemon answered " + error + " " + message, fields);
    }

    private static final class PeerException extends ShipoteException {
        PeerException(ErrorCode code, String message, Map<String, ?> fields) {
            super(code, message, fields);
        }
    }
}
