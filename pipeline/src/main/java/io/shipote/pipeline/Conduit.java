package io.shipote.pipeline;

import java.util.List;

/**
 * A pump and the edges that go through it.
 *
 * @param hold the name of what is held for it
 * @param edges by branch of the pump
 */
record Conduit(String hold, Pump pump, List<Integer> edges) {
    Conduit {
        edges = List.copyOf(edges);
    }

    /** The branch of an edge; -1 if it does not go through here. */
    int branch(int edge) {
        return edges.indexOf(edge);
    }
}
