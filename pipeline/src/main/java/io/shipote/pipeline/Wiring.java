package io.shipote.pipeline;

import io.shipote.card.CommandRef;
import io.shipote.card.Edge;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import io.shipote.card.wire.EdgeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * Which pipes the edges of a pipeline need. A plan only: nothing is open. Immutable.
 *
 * <p>An edge is <em>direct</em>, one kernel pipe from process to process, if nothing else leaves its output, nothing else
 * enters its input, and it is not tapped. Every other edge is <em>pumped</em>. Each edge has one pipe of its own; an
 * output with several edges has one more, in front of a fan-out; an input with several edges has one more, behind a
 * fan-in. From a fan-out to a fan-in the edge's pipe is all there is.
 *
 * <p>Pipes are numbered from 0; that of edge n is n.
 */
public final class Wiring {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    private final List<EdgeStatus> edges;
    private final List<Ends> stages;
    private final List<Split> splits = new ArrayList<>();
    private final List<Merge> merges = new ArrayList<>();
    private int pipes;

    /** The pipes of one stage. Without one, it reads nothing and writes to its log files. */
    public record Ends(OptionalInt stdin, OptionalInt stdout, OptionalInt stderr) {}

    /** A fan-out from pipe {@code in} to the pipes {@code outs}, which are also the numbers of their edges. */
    public record Split(int in, List<Integer> outs) {}

    /** A fan-in from the pipes {@code ins}, which are also the numbers of their edges, to pipe {@code out}. */
    public record Merge(List<Integer> ins, int out) {}

    /**
     * The plan for a pipeline of which every edge is tapped, or none.
     *
     * @throws io.shipote.card.wire.ShipoteException INVALID_SPEC if an edge leads to a missing node or to a descriptor
     *     other than the standard three; cycles do not matter here
     */
    public static Wiring of(PipelineSpec spec, boolean tap) {
        return of(spec.nodes().stream().map(CommandRef::label).toList(), spec.edges(), edge -> tap);
    }

    /** The same from its parts; {@code tapped} is asked for the number of each edge. */
    static Wiring of(List<String> labels, List<Edge> edges, IntPredicate tapped) {
        Problems problems = new Problems();
        for (int i = 0; i < edges.size(); i++) {
            check(edges.get(i), labels.size(), Problems.child("edges", i), problems);
        }
        problems.throwIfAny("the pipeline");
        return new Wiring(labels, edges, tapped);
    }

    private Wiring(List<String> labels, List<Edge> edges, IntPredicate tapped) {
        Map<Integer, List<Integer>> outputs = new TreeMap<>();
        Map<Integer, List<Integer>> inputs = new TreeMap<>();
        for (int i = 0; i < edges.size(); i++) {
            outputs.computeIfAbsent(output(edges.get(i)), key -> new ArrayList<>())
                    .add(i);
            inputs.computeIfAbsent((int) edges.get(i).to(), key -> new ArrayList<>())
                    .add(i);
        }
        pipes = edges.size();
        boolean[] pumped = new boolean[edges.size()];
        Map<Integer, Integer> written = new TreeMap<>();
        outputs.forEach((port, leaving) -> written.put(port, split(leaving, tapped, pumped)));
        Map<Integer, Integer> read = new TreeMap<>();
        inputs.forEach((node, entering) -> read.put(node, merge(entering, pumped)));
        this.stages = new ArrayList<>();
        for (int node = 0; node < labels.size(); node++) {
            stages.add(new Ends(
                    optional(read.get(node)),
                    optional(written.get(port(node, STDOUT))),
                    optional(written.get(port(node, STDERR)))));
        }
        this.edges = new ArrayList<>();
        for (int i = 0; i < edges.size(); i++) {
            Edge edge = edges.get(i);
            this.edges.add(new EdgeStatus(
                    labels.get((int) edge.from()),
                    edge.fromOutput(),
                    labels.get((int) edge.to()),
                    edge.toInput(),
                    pumped[i] ? "pumped" : "direct"));
        }
    }

    /** How many pipes there are. */
    public int pipes() {
        return pipes;
    }

    /** The pipes of each stage, in the order of the nodes. */
    public List<Ends> stages() {
        return List.copyOf(stages);
    }

    /** The fan-outs, in the order of their producers. */
    public List<Split> splits() {
        return List.copyOf(splits);
    }

    /** The fan-ins, in the order of their consumers. */
    public List<Merge> merges() {
        return List.copyOf(merges);
    }

    /** What a client sees of an edge. */
    public EdgeStatus status(int edge) {
        return edges.get(edge);
    }

    /** Returns the pipe that the producer writes to. */
    private int split(List<Integer> leaving, IntPredicate tapped, boolean[] pumped) {
        if (leaving.size() == 1 && !tapped.test(leaving.get(0))) {
            return leaving.get(0);
        }
        leaving.forEach(edge -> pumped[edge] = true);
        splits.add(new Split(pipes, List.copyOf(leaving)));
        return pipes++;
    }

    /** Returns the pipe that the consumer reads from. */
    private int merge(List<Integer> entering, boolean[] pumped) {
        if (entering.size() == 1) {
            return entering.get(0);
        }
        entering.forEach(edge -> pumped[edge] = true);
        merges.add(new Merge(List.copyOf(entering), pipes));
        return pipes++;
    }

    private static int output(Edge edge) {
        return port((int) edge.from(), edge.outputFd().orElseThrow());
    }

    private static int port(int node, int fd) {
        return node * (STDERR + 1) + fd;
    }

    private static OptionalInt optional(Integer pipe) {
        return pipe == null ? OptionalInt.empty() : OptionalInt.of(pipe);
    }

    private static void check(Edge edge, int nodes, String path, Problems problems) {
        node(edge.from(), nodes, Problems.child(path, "from"), problems);
        node(edge.to(), nodes, Problems.child(path, "to"), problems);
        int output = edge.outputFd().orElse(STDIN);
        if (output != STDOUT && output != STDERR) {
            problems.add(Problems.child(path, "from_output"), "must be stdout or stderr");
        }
        if (edge.inputFd().orElse(STDOUT) != STDIN) {
            problems.add(Problems.child(path, "to_input"), "must be stdin");
        }
    }

    private static void node(long index, int nodes, String path, Problems problems) {
        if (index < 0 || index >= nodes) {
            problems.add(path, "is node " + Long.toUnsignedString(index) + ", but there are only " + nodes);
        }
    }
}
