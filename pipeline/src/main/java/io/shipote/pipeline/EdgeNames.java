package io.shipote.pipeline;

import io.shipote.card.wire.EdgeStatus;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How an edge is named: by its index, by {@code FROM->TO} with the labels of its stages, {@code FROM:stderr->TO} where it is
 * not standard output that is meant, or by the label of its producer alone.
 */
public final class EdgeNames {
    private static final String ARROW = "->";
    private static final String STDOUT = "stdout";

    private EdgeNames() {}

    /** The name that is always clear: with the labels, and the output unless it is standard output. */
    public static String of(EdgeStatus edge) {
        String output = edge.fromOutput().equals(STDOUT) ? "" : ":" + edge.fromOutput();
        return edge.from() + output + ARROW + edge.to();
    }

    /**
     * The index of the edge that is meant.
     *
     * @throws ShipoteException NOT_FOUND if there is none, AMBIGUOUS if several fit
     */
    public static int find(List<EdgeStatus> edges, String name) {
        if (!name.isEmpty() && name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int index = Integer.parseInt(name);
            if (index >= edges.size()) {
                throw missing(edges, name);
            }
            return index;
        }
        List<Integer> found = new ArrayList<>();
        for (int i = 0; i < edges.size(); i++) {
            EdgeStatus edge = edges.get(i);
            if (of(edge).equals(name)) {
                // Said in full, it is not ambiguous because of another output to the same stage.
                return i;
            }
            if (edge.from().equals(name) || (edge.from() + ARROW + edge.to()).equals(name)) {
                found.add(i);
            }
        }
        if (found.isEmpty()) {
            throw missing(edges, name);
        }
        if (found.size() > 1) {
            throw new ShipoteException(
                    ErrorCode.AMBIGUOUS,
                    "'" + name + "' fits " + found.size() + " edges (name one in full, or by its number)",
                    Map.of(
                            "target",
                            name,
                            "candidates",
                            found.stream().map(i -> of(edges.get(i))).toList()));
        }
        return found.get(0);
    }

    private static ShipoteException missing(List<EdgeStatus> edges, String name) {
        List<String> all = edges.stream().map(EdgeNames::of).toList();
        return new ShipoteException(
                ErrorCode.NOT_FOUND,
                "no edge '" + name + "' (there " + (all.isEmpty() ? "are none" : "is " + String.join(", ", all)) + ")",
                Map.of("target", name));
    }
}
