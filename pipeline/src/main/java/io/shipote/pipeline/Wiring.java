package io.shipote.pipeline;

import io.shipote.card.CommandRef;
import io.shipote.card.DiscernPolicy;
import io.shipote.card.Edge;
import io.shipote.card.EdgeOptions;
import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import io.shipote.card.wire.EdgeStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Which pipes the edges of a pipeline need. A plan only: nothing is open. Immutable.
 *
 * <p>An edge is <em>direct</em>, one kernel pipe from process to process, if nothing else leaves its output, nothing else
 * enters its input, and it is not tapped. Every other edge is <em>pumped</em>. Each edge has one pipe of its own; an
 * output with several edges has one more, in front of a fan-out; an input with several edges has one more, behind a
 * fan-in, and so has a tapped edge behind its relay. From a fan-out to a fan-in the edge's pipe is all there is. A fan-out
 * and a fan-in by lines have pipes of their own besides.
 *
 * <p>Edges that share an output or an input are of one mode: if one of them is a stream, all are.
 *
 * <p>Pipes are numbered from 0; that of edge n is n. The same spec always gives the same numbers.
 */
public final class Wiring {
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;

    /** What upstream reads at once. */
    private static final int CHUNK_BYTES = 4_096;

    private final List<EdgeOptions> options;
    private final DiscernPolicy discern;
    private final List<EdgeStatus> edges = new ArrayList<>();
    private final List<Ends> stages = new ArrayList<>();
    private final List<Split> splits = new ArrayList<>();
    private final List<Merge> merges = new ArrayList<>();
    private final boolean[] stream;
    private final boolean[] pumped;
    private int pipes;

    /**
     * The pipes of one stage, by its descriptors. Without one for its standard descriptors it reads nothing and writes to
     * its log files.
     */
    public record Ends(SortedMap<Integer, Integer> reads, SortedMap<Integer, Integer> writes) {
        /** The pipe it reads as standard input. */
        public OptionalInt stdin() {
            return optional(reads.get(STDIN));
        }

        public OptionalInt stdout() {
            return optional(writes.get(STDOUT));
        }

        public OptionalInt stderr() {
            return optional(writes.get(STDERR));
        }

        private static OptionalInt optional(Integer pipe) {
            return pipe == null ? OptionalInt.empty() : OptionalInt.of(pipe);
        }
    }

    /**
     * A fan-out from pipe {@code in} to the pipes {@code outs}, which are also the numbers of their edges.
     *
     * @param stage the pump's own pipe that a round begins in
     * @param shares one of the pump's own pipes for each of {@code outs}
     */
    public record Split(int in, List<Integer> outs, int stage, List<Integer> shares) {}

    /**
     * A fan-in from the pipes {@code ins}, which are also the numbers of their edges, to pipe {@code out}.
     *
     * @param run the pump's own pipe for whole lines; empty if lines do not matter
     */
    public record Merge(List<Integer> ins, int out, OptionalInt run) {}

    /**
     * The plan for a pipeline.
     *
     * @param tap whether every edge is tapped, whatever it says itself
     * @throws io.shipote.card.wire.ShipoteException INVALID_SPEC if an edge leads to a missing node or to a descriptor
     *     that cannot be joined; cycles do not matter here
     */
    public static Wiring of(PipelineSpec spec, boolean tap) {
        List<EdgeOptions> options = new ArrayList<>();
        for (Edge edge : spec.edges()) {
            EdgeOptions asked = edge.options();
            options.add(new EdgeOptions(asked.mode(), asked.merge(), asked.pipeBytes(), asked.tap() || tap));
        }
        List<String> labels = spec.nodes().stream().map(CommandRef::label).toList();
        return of(labels, spec.edges(), options, spec.discern());
    }

    /** The same from its parts; the options in the order of the edges. */
    static Wiring of(List<String> labels, List<Edge> edges, List<EdgeOptions> options) {
        return of(labels, edges, options, DiscernPolicy.DEFAULT);
    }

    private static Wiring of(List<String> labels, List<Edge> edges, List<EdgeOptions> options, DiscernPolicy discern) {
        Problems problems = new Problems();
        for (int i = 0; i < edges.size(); i++) {
            check(edges.get(i), labels.size(), Problems.child("edges", i), problems);
        }
        problems.throwIfAny("the pipeline");
        return new Wiring(labels, edges, options, discern);
    }

    private Wiring(List<String> labels, List<Edge> edges, List<EdgeOptions> options, DiscernPolicy discern) {
        this.options = List.copyOf(options);
        this.discern = discern;
        Map<Port, List<Integer>> outputs = new TreeMap<>();
        Map<Port, List<Integer>> inputs = new TreeMap<>();
        for (int i = 0; i < edges.size(); i++) {
            Edge edge = edges.get(i);
            Port from = new Port((int) edge.from(), edge.outputFd().orElseThrow());
            Port to = new Port((int) edge.to(), edge.inputFd().orElseThrow());
            outputs.computeIfAbsent(from, key -> new ArrayList<>()).add(i);
            inputs.computeIfAbsent(to, key -> new ArrayList<>()).add(i);
        }
        pipes = edges.size();
        pumped = new boolean[edges.size()];
        stream = streams(outputs, inputs);
        for (int node = 0; node < labels.size(); node++) {
            stages.add(new Ends(new TreeMap<>(), new TreeMap<>()));
        }
        outputs.forEach((port, leaving) -> stages.get(port.node).writes.put(port.fd, split(leaving)));
        inputs.forEach((port, entering) -> stages.get(port.node).reads.put(port.fd, merge(entering)));
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

    private record Port(int node, int fd) implements Comparable<Port> {
        @Override
        public int compareTo(Port other) {
            return node == other.node ? Integer.compare(fd, other.fd) : Integer.compare(node, other.node);
        }
    }

    private boolean[] streams(Map<Port, List<Integer>> outputs, Map<Port, List<Integer>> inputs) {
        boolean[] found = new boolean[options.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = options.get(i).mode() == EdgeOptions.Mode.STREAM;
        }
        List<List<Integer>> together = new ArrayList<>(outputs.values());
        together.addAll(inputs.values());
        boolean more = true;
        while (more) {
            more = false;
            for (List<Integer> group : together) {
                boolean any = group.stream().anyMatch(edge -> found[edge]);
                boolean all = group.stream().allMatch(edge -> found[edge]);
                if (any && !all) {
                    group.forEach(edge -> found[edge] = true);
                    more = true;
                }
            }
        }
        return found;
    }

    /** How many edges there are. */
    public int edges() {
        return edges.size();
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

    /** The fan-ins and relays, in the order of their consumers. */
    public List<Merge> merges() {
        return List.copyOf(merges);
    }

    /** What was asked for an edge. */
    EdgeOptions options(int edge) {
        return options.get(edge);
    }

    /** Whether the pipes of an edge outlive the processes at its ends. */
    public boolean stream(int edge) {
        return stream[edge];
    }

    /** How much of each edge is looked at, in bytes: what the card says, if that is not the default, and not more than is good. */
    int sampleBytes() {
        int most = EdgeSample.most(edges.size());
        boolean said = !discern.sampleBytes().equals(DiscernPolicy.DEFAULT.sampleBytes());
        return said ? (int) Math.min(most, discern.sampleBytes().saturated()) : most;
    }

    /** How much a tap gets of what has passed, in bytes; a chunk of a card's policy is {@value #CHUNK_BYTES}. */
    int replayBytes() {
        long chunks = Math.max(
                1, Math.min(Tap.MAX_REPLAY_BYTES, discern.replayChunks().saturated()));
        long bytes = discern.replayBytes().saturated();
        long most = Math.min(Tap.MAX_REPLAY_BYTES, chunks * CHUNK_BYTES);
        return (int) (bytes == 0 ? most : Math.min(most, bytes));
    }

    /** How fast an edge may flow, in bytes per second; 0 = without limit. */
    long rate(int edge) {
        boolean alone = merges.stream()
                .noneMatch(one -> one.ins().size() > 1 && one.ins().contains(edge));
        boolean split = splits.stream().anyMatch(one -> one.outs().contains(edge));
        return pumped[edge] && (alone || split) ? discern.maxBytesPerSec().saturated() : 0;
    }

    /** Whether the card asks for a rate that some edges do not keep. */
    boolean rateNotKept() {
        return discern.maxBytesPerSec().saturated() > 0
                && IntStream.range(0, edges.size()).anyMatch(edge -> rate(edge) == 0);
    }

    /** Whether the edge is one kernel pipe from process to process. */
    public boolean direct(int edge) {
        return !pumped[edge];
    }

    /** What a client sees of an edge. */
    public EdgeStatus status(int edge) {
        return edges.get(edge);
    }

    /** Returns the pipe that the producer writes to. */
    private int split(List<Integer> leaving) {
        if (leaving.size() == 1) {
            return leaving.get(0);
        }
        leaving.forEach(edge -> pumped[edge] = true);
        int in = pipes++;
        int stage = pipes++;
        List<Integer> shares = new ArrayList<>();
        leaving.forEach(edge -> shares.add(pipes++));
        splits.add(new Split(in, List.copyOf(leaving), stage, List.copyOf(shares)));
        return in;
    }

    /** Returns the pipe that the consumer reads from. */
    private int merge(List<Integer> entering) {
        int first = entering.get(0);
        boolean several = entering.size() > 1;
        if (!several && (pumped[first] || !options.get(first).tap())) {
            return first;
        }
        entering.forEach(edge -> pumped[edge] = true);
        boolean lines =
                several && entering.stream().anyMatch(edge -> options.get(edge).merge() == EdgeOptions.Merge.LINES);
        int out = pipes++;
        merges.add(new Merge(List.copyOf(entering), out, lines ? OptionalInt.of(pipes++) : OptionalInt.empty()));
        return out;
    }

    private static void check(Edge edge, int nodes, String path, Problems problems) {
        node(edge.from(), nodes, Problems.child(path, "from"), problems);
        node(edge.to(), nodes, Problems.child(path, "to"), problems);
        if (edge.outputFd().orElse(STDIN) == STDIN) {
            problems.add(Problems.child(path, "from_output"), "must be stdout, stderr or another descriptor than 0");
        }
        int input = edge.inputFd().orElse(STDOUT);
        if (input == STDOUT || input == STDERR) {
            problems.add(Problems.child(path, "to_input"), "must be stdin or another descriptor than 1 and 2");
        }
    }

    private static void node(long index, int nodes, String path, Problems problems) {
        if (index < 0 || index >= nodes) {
            problems.add(path, "is node " + Long.toUnsignedString(index) + ", but there are only " + nodes);
        }
    }
}
