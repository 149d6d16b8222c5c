package io.shipote.card;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** Finds what is wrong with the edges of a pipeline as a whole. Used once. */
final class GraphCheck {
    private final PipelineSpec spec;
    private final Graph graph;
    private final Problems problems;

    GraphCheck(PipelineSpec spec, Graph graph, Problems problems) {
        this.spec = spec;
        this.graph = graph;
        this.problems = problems;
    }

    /** Every edge to a missing node, every edge of a node to itself, and the cycles, each with its path. */
    void shape() {
        for (int i = 0; i < spec.edges().size(); i++) {
            Edge edge = spec.edges().get(i);
            String path = Problems.child("edges", i);
            missing(edge.from(), Problems.child(path, "from"));
            missing(edge.to(), Problems.child(path, "to"));
            if (edge.from() == edge.to() && graph.isNode(edge.from())) {
                problems.add(path, "leads from " + CardText.quoted(graph.label((int) edge.from())) + " to itself");
            }
        }
        boolean[] done = new boolean[spec.nodes().size()];
        for (int node = 0; node < done.length; node++) {
            if (!done[node]) {
                searchCycle(node, done);
            }
        }
    }

    private void missing(long index, String path) {
        if (!graph.isNode(index)) {
            int count = spec.nodes().size();
            problems.add(path, "is node " + Long.toUnsignedString(index) + ", but there are only " + count);
        }
    }

    /** Walks depth first without recursion: a card may have more nodes than a stack has room. */
    private void searchCycle(int start, boolean[] done) {
        boolean told = false;
        Deque<Integer> path = new ArrayDeque<>();
        Deque<Integer> nextEdge = new ArrayDeque<>();
        Set<Integer> onPath = new HashSet<>();
        path.addLast(start);
        nextEdge.addLast(0);
        onPath.add(start);
        while (!path.isEmpty()) {
            int node = path.getLast();
            int position = nextEdge.removeLast();
            List<Integer> leaving = graph.outgoing(node);
            if (position == leaving.size()) {
                path.removeLast();
                onPath.remove(node);
                done[node] = true;
                continue;
            }
            nextEdge.addLast(position + 1);
            int to = (int) spec.edges().get(leaving.get(position)).to();
            if (onPath.contains(to)) {
                if (!told && to != node) {
                    problems.add("edges", "form a cycle: " + cycle(path, to));
                    told = true;
                }
            } else if (!done[to]) {
                path.addLast(to);
                nextEdge.addLast(0);
                onPath.add(to);
            }
        }
    }

    private String cycle(Iterable<Integer> path, int first) {
        StringBuilder text = new StringBuilder();
        boolean within = false;
        for (int node : path) {
            within |= node == first;
            if (within) {
                text.append(graph.label(node)).append(" -> ");
            }
        }
        return text.append(graph.label(first)).toString();
    }

    /** Every descriptor that a node is to write to and to read from: a pipe has one direction. */
    void directions() {
        for (int node = 0; node < spec.nodes().size(); node++) {
            Map<Integer, Integer> written = new HashMap<>();
            for (int index : graph.outgoing(node)) {
                OptionalInt fd = spec.edges().get(index).outputFd();
                fd.ifPresent(number -> written.putIfAbsent(number, index));
            }
            for (int index : graph.incoming(node)) {
                OptionalInt fd = spec.edges().get(index).inputFd();
                Integer writer = fd.isPresent() ? written.get(fd.getAsInt()) : null;
                if (writer != null) {
                    problems.add(
                            Problems.child(Problems.child("edges", index), "to_input"),
                            "is descriptor " + fd.getAsInt() + " of " + CardText.quoted(graph.label(node))
                                    + ", which edges[" + writer + "] has it write to");
                }
            }
        }
    }

    /** Every edge that is to be mixed otherwise than the first one into the same input. */
    void merges() {
        for (int i = 0; i < spec.edges().size(); i++) {
            Edge edge = spec.edges().get(i);
            if (!graph.isNode(edge.from()) || !graph.isNode(edge.to())) {
                continue;
            }
            int first = graph.sameInput(i).get(0);
            EdgeOptions.Merge merge = spec.edges().get(first).options().merge();
            if (edge.options().merge() != merge) {
                problems.add(
                        Problems.child(Problems.child("edges", i), "shipote.merge"),
                        "must be \"" + merge.word() + "\" as in edges[" + first + "], which enters the same input");
            }
        }
    }

    /**
     * Every edge that does not outlive what the scope of restart has outlived. A scope that leaves out the producer of a
     * failed stage cuts the edge between them; any stage may fail, so each edge is such a one.
     */
    void scope() {
        PipelineOptions.Scope scope = spec.options().scope();
        if (scope == PipelineOptions.Scope.WHOLE) {
            return;
        }
        for (int i = 0; i < spec.edges().size(); i++) {
            Edge edge = spec.edges().get(i);
            String path = Problems.child(Problems.child("edges", i), "shipote.mode");
            // A mode that could not be read counts as the default, which is not what is wrong with it.
            if (edge.options().mode() != EdgeOptions.Mode.STREAM && graph.isNode(edge.to()) && !problems.at(path)) {
                problems.add(
                        path,
                        "must be \"stream\", because restart_scope is \"" + scope.word() + "\": "
                                + CardText.quoted(graph.label((int) edge.to()))
                                + " may be restarted while its producer runs");
            }
        }
    }
}
