package io.shipote.card;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects all that is wrong with a card, so that it is told at once. Keeps the first {@value #LIMIT} problems and counts
 * the rest. Not for use by several threads.
 */
public final class Problems {
    /** Problems kept; a large bad frame must not become a larger answer. */
    public static final int LIMIT = 100;

    private final List<Problem> found = new ArrayList<>();
    private int omitted;

    public void add(String path, String message) {
        if (found.size() < LIMIT) {
            found.add(new Problem(path, message));
        } else {
            omitted++;
        }
    }

    /** Whether one was found at this very path. */
    public boolean at(String path) {
        return found.stream().anyMatch(problem -> problem.path().equals(path));
    }

    /** The path of a key in the object at a path. */
    public static String child(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** The path of an element of the list at a path. */
    public static String child(String path, int index) {
        return path + "[" + index + "]";
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** The first {@value #LIMIT}, in the order found. */
    public List<Problem> list() {
        return List.copyOf(found);
    }

    /** How many were found above {@value #LIMIT}. */
    public int omitted() {
        return omitted;
    }

    /**
     * @param what what the card is, such as {@code the workspace}
     * @throws ShipoteException {@link ErrorCode#INVALID_SPEC} with the field {@code problems}, a list of maps with
     *     {@code path} and {@code message}, if anything was found
     */
    public void throwIfAny(String what) {
        if (found.isEmpty()) {
            return;
        }
        StringBuilder message = new StringBuilder(what).append(" is not valid: ");
        List<Map<String, String>> list = new ArrayList<>();
        for (Problem problem : found) {
            message.append(list.isEmpty() ? "" : "; ").append(problem);
            Map<String, String> entry = new LinkedHashMap<>();
            entry.put("path", problem.path());
            entry.put("message", problem.message());
            list.add(entry);
        }
        if (omitted > 0) {
            message.append("; and ").append(omitted).append(" more");
        }
        throw new ShipoteException(ErrorCode.INVALID_SPEC, message.toString(), Map.of("problems", list));
    }
}
