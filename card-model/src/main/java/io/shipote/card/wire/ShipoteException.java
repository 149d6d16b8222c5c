package io.shipote.card.wire;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request that failed for a stated reason. Thrown by domain code, mapped once to a wire error at the daemon's edge,
 * and thrown anew by the client library.
 */
public class ShipoteException extends RuntimeException {
    private final ErrorCode code;
    private final transient Map<String, Object> fields;

    public ShipoteException(ErrorCode code, String message) {
        this(code, message, Map.of());
    }

    /** @param fields details for programs: values that Jackson can write (text, numbers, lists, trees, records) */
    public ShipoteException(ErrorCode code, String message, Map<String, ?> fields) {
        super(message);
        this.code = code;
        this.fields = new LinkedHashMap<>(fields);
    }

    public ErrorCode code() {
        return code;
    }

    /** Details for programs, without the message. Never null. */
    public Map<String, Object> fields() {
        return Map.copyOf(fields);
    }
}
