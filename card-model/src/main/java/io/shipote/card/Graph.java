package io.shipote.card;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;

/**
 * The nodes and edges of a pipeline by index. Edges to nodes that are not there are left out of it; {@link #problems}
 * tells of them.
 */
public final class Graph {
    private final PipelineSpec spec;
    private final List<List<Integer>> outgoing = new ArrayList<>();
    private final List<List<Integer>> incoming = new ArrayList<>();

    private Graph(PipelineSpec spec) {
        this.spec = spec;
        for (int i = 0; i < spec.nodes().size(); i++) {
            outgoing.add(new ArrayList<>());
            incoming.add(new ArrayList<>());
        }
        for (int i = 0; i < spec.edges().size(); i++) {
            Edge edge = spec.edges().get(i);
            if (isNode(edge.from()) && isNode(edge.to())) {
                outgoing.get((int) edge.from()).add(i);
                incoming.get((int) edge.to()).add(i);
            }
        }
    }

    public static Graph of(PipelineSpec spec) {
        return new Graph(spec);
    }

    boolean isNode(long index) {
        return index >= 0 && index < spec.nodes().size();
    }

    /** Indices of the edges that leave a node, in the card's order. */
    public List<Integer> outgoing(int node) {
        return List.copyOf(outgoing.get(node));
    }

    /** Indices of the edges that enter a node, in the card's order. */
    public List<Integer> incoming(int node) {
        return List.copyOf(incoming.get(node));
    }

    /** The nodes that a node feeds directly, each once. */
    public Set<Integer> consumers(int node) {
        Set<Integer> found = new TreeSet<>();
        for (int edge : outgoing.get(node)) {
            found.add((int) spec.edges().get(edge).to());
        }
        return found;
    }

    /** All nodes that feed a node, directly or through others. */
    public Set<Integer> ancestors(int node) {
        Set<Integer> found = new TreeSet<>();
        Deque<Integer> next = new ArrayDeque<>(List.of(node));
        while (!next.isEmpty()) {
            for (int edge : incoming.get(next.remove())) {
                int feeder = (int) spec.edges().get(edge).from();
                if (found.add(feeder)) {
                    next.add(feeder);
                }
            }
        }
        return found;
    }

    /** All nodes that a node feeds, directly or through others. */
    public Set<Integer> descendants(int node) {
        Set<Integer> found = new TreeSet<>();
        Deque<Integer> next = new ArrayDeque<>(List.of(node));
        while (!next.isEmpty()) {
            for (int consumer : consumers(next.remove())) {
                if (found.add(consumer)) {
                    next.add(consumer);
                }
            }
        }
        return found;
    }

    /** Whether one output of the node feeds several edges. */
    public boolean isFanOut(int node) {
        Set<Object> seen = new HashSet<>();
        for (int edge : outgoing.get(node)) {
            if (!seen.add(outputKey(edge))) {
                return true;
            }
        }
        return false;
    }

    /** Whether one input of the node is fed by several edges. */
    public boolean isFanIn(int node) {
        Set<Object> seen = new HashSet<>();
        for (int edge : incoming.get(node)) {
            if (!seen.add(inputKey(edge))) {
                return true;
            }
        }
        return false;
    }

    /** Indices of all edges from the same output as this edge, itself among them. */
    public List<Integer> sameOutput(int edge) {
        List<Integer> same = new ArrayList<>();
        for (int other : outgoing.get((int) spec.edges().get(edge).from())) {
            if (outputKey(other).equals(outputKey(edge))) {
                same.add(other);
            }
        }
        return same;
    }

    /** Indices of all edges into the same input as this edge, itself among them. */
    public List<Integer> sameInput(int edge) {
        List<Integer> same = new ArrayList<>();
        for (int other : incoming.get((int) spec.edges().get(edge).to())) {
            if (inputKey(other).equals(inputKey(edge))) {
                same.add(other);
            }
        }
        return same;
    }

    // "stdout" and "1" are the same output.
    private Object outputKey(int index) {
        Edge edge = spec.edges().get(index);
        return edge.outputFd().isPresent() ? edge.outputFd() : edge.fromOutput();
    }

    private Object inputKey(int index) {
        Edge edge = spec.edges().get(index);
        return edge.inputFd().isPresent() ? edge.inputFd() : edge.toInput();
    }

    /**
     * All nodes, producers before their consumers; where the edges leave a choice, in the card's order.
     *
     * @throws IllegalStateException if there is a cycle
     */
    public List<Integer> order() {
        int[] waiting = new int[outgoing.size()];
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int node = 0; node < waiting.length; node++) {
            waiting[node] = incoming.get(node).size();
            if (waiting[node] == 0) {
                ready.add(node);
            }
        }
        List<Integer> order = new ArrayList<>(waiting.length);
        while (!ready.isEmpty()) {
            int node = ready.remove();
            order.add(node);
            for (int edge : outgoing.get(node)) {
                int to = (int) spec.edges().get(edge).to();
                if (--waiting[to] == 0) {
                    ready.add(to);
                }
            }
        }
        if (order.size() < waiting.length) {
            throw new IllegalStateException("the pipeline has a cycle");
        }
        return order;
    }

    /**
     * Adds every edge to a missing node, every edge of a node to itself, the cycles, each with its path, and the edges
     * that do not go together with others or with the scope of restart.
     */
    public void problems(Problems problems) {
        GraphCheck check = new GraphCheck(spec, this, problems);
        check.shape();
        check.directions();
        check.merges();
        check.scope();
    }

    /** One line per edge, in the order of the nodes, and one for each node without edges. Ends with a line feed, if not empty. */
    public String draw() {
        StringBuilder text = new StringBuilder();
        for (int node = 0; node < outgoing.size(); node++) {
            if (outgoing.get(node).isEmpty() && incoming.get(node).isEmpty()) {
                text.append(label(node)).append('\n');
            }
            for (int index : outgoing.get(node)) {
                Edge edge = spec.edges().get(index);
                text.append(label(node)).append(" [").append(printable(edge.fromOutput()));
                text.append("] -> [").append(printable(edge.toInput())).append("] ");
                text.append(label((int) edge.to()));
                List<String> notes = notes(index);
                text.append(notes.isEmpty() ? "" : "  (" + String.join(", ", notes) + ")")
                        .append('\n');
            }
        }
        return text.toString();
    }

    /** What is unlike a plain batch edge from one output to one input, in words; empty for such a one. */
    public List<String> notes(int index) {
        EdgeOptions options = spec.edges().get(index).options();
        List<String> notes = new ArrayList<>();
        if (options.mode() != EdgeOptions.Mode.BATCH) {
            notes.add(options.mode().word());
        }
        if (sameInput(index).size() > 1) {
            notes.add("mixed by " + options.merge().word());
        }
        if (options.tap()) {
            notes.add("tapped");
        }
        options.pipeBytes().ifPresent(bytes -> notes.add("pipe of " + bytes + " bytes"));
        return notes;
    }

    /** The label of a node, fit for a terminal. */
    public String label(int node) {
        return printable(spec.nodes().get(node).label());
    }

    // Labels may come from a file: they must not steer the terminal.
    private static String printable(String text) {
        StringBuilder clean = new StringBuilder(text);
        for (int i = 0; i < clean.length(); i++) {
            if (Character.isISOControl(clean.charAt(i))) {
                clean.setCharAt(i, '?');
            }
        }
        return clean.toString();
    }
}
