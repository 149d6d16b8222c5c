package io.shipote.pipeline;

import io.shipote.card.wire.EdgeStatus;
import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * The open pipes of one start of a pipeline. Each end is either a child's, or a pump's, or kept for the children to come of
 * a stream edge. Confined to one thread, which need not be the pump loop, until {@link #startPumps}; after that the ends
 * belong to the pump loop.
 *
 * <p>After the launch: {@link #childEndsClosed}, then {@link #startPumps}. {@link #close} frees whatever is left at any
 * point.
 */
public final class Plumbing implements AutoCloseable {
    /**
     * Asked for per pipe. Four times the default halves the wake-ups; the largest would soon use up what one user may have
     * ({@code pipe-user-pages-soft}, pipe(7)), after which every new pipe is only 8 KiB.
     */
    public static final int PIPE_BYTES = 256 * 1024;

    /** With more pipes than this they keep the kernel's size where no other is asked for, for the same reason. */
    public static final int MAX_LARGE = 32;

    private static final Path NOWHERE = Path.of("/dev/null");

    private final Wiring wiring;
    private final boolean fresh;
    private final Set<PipeEnd> kept;
    private final Map<PipeEnd, Fd> ends = new TreeMap<>();
    private final List<Conduit> conduits = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private Optional<Loop> loop = Optional.empty();

    private Plumbing(Wiring wiring, boolean fresh) {
        this.wiring = wiring;
        this.fresh = fresh;
        this.kept = Hold.kept(wiring);
    }

    /**
     * Opens all pipes of the plan, close-on-exec.
     *
     * @throws IOException if one cannot be opened (EMFILE, ENFILE); none is left open then
     */
    public static Plumbing open(Wiring wiring) throws IOException {
        Plumbing plumbing = new Plumbing(wiring, true);
        try {
            plumbing.openAll();
        } catch (IOException | RuntimeException e) {
            plumbing.close();
            throw e;
        }
        return plumbing;
    }

    /** Takes over what is left of an earlier daemon's pipes; they are this object's from now on. */
    static Plumbing adopted(Wiring wiring, Map<PipeEnd, Fd> found) {
        Plumbing plumbing = new Plumbing(wiring, false);
        plumbing.ends.putAll(found);
        return plumbing;
    }

    private void openAll() throws IOException {
        PipeSizes sizes = new PipeSizes(wiring);
        List<Pipe> pipes = new ArrayList<>();
        for (int i = 0; i < wiring.pipes(); i++) {
            Pipe pipe = Pipe.open();
            pipes.add(pipe);
            ends.put(PipeEnd.read(i), pipe.readEnd());
            ends.put(PipeEnd.write(i), pipe.writeEnd());
        }
        notes.addAll(sizes.apply(pipes));
    }

    /** What was asked for and not granted, in words. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** What the stage is to read from; empty = nothing. Stays ours. */
    public Optional<Fd> stdin(int node) {
        return end(wiring.stages().get(node).stdin(), false);
    }

    /** What the stage is to write its output to; empty = its log. Stays ours. */
    public Optional<Fd> stdout(int node) {
        return end(wiring.stages().get(node).stdout(), true);
    }

    /** What the stage is to write its errors to; empty = its log. Stays ours. */
    public Optional<Fd> stderr(int node) {
        return end(wiring.stages().get(node).stderr(), true);
    }

    private Optional<Fd> end(OptionalInt pipe, boolean write) {
        return pipe.isPresent()
                ? Optional.ofNullable(ends.get(new PipeEnd(pipe.getAsInt(), write)))
                        .filter(Fd::isOpen)
                : Optional.empty();
    }

    /** An end by its name, if it is there and open. */
    Optional<Fd> end(PipeEnd end) {
        return Optional.ofNullable(ends.get(end)).filter(Fd::isOpen);
    }

    /**
     * Closes the ends that the children have by now; as long as we held them, none would see an end or a SIGPIPE. Those of
     * stream edges stay.
     */
    public void childEndsClosed() {
        for (int node = 0; node < wiring.stages().size(); node++) {
            for (PipeEnd end : stageEnds(node)) {
                if (!kept.contains(end)) {
                    close(end);
                }
            }
        }
    }

    /** The ends that these stages have. */
    List<PipeEnd> stageEnds(List<Integer> nodes) {
        return nodes.stream().flatMap(node -> stageEnds(node).stream()).toList();
    }

    /** The ends that a stage has. */
    private List<PipeEnd> stageEnds(int node) {
        List<PipeEnd> found = new ArrayList<>();
        wiring.stages().get(node).reads().values().forEach(pipe -> found.add(PipeEnd.read(pipe)));
        wiring.stages().get(node).writes().values().forEach(pipe -> found.add(PipeEnd.write(pipe)));
        return found;
    }

    private void close(PipeEnd end) {
        Fd fd = ends.get(end);
        if (fd != null) {
            fd.close();
        }
    }

    /**
     * Hands the other ends to pumps and starts these. Call once, after {@link #childEndsClosed}.
     *
     * @return the fan-outs, then the fan-ins, in the order of the plan
     * @throws RuntimeException whatever the loop throws if it takes no more tasks; everything is closed then
     * @throws IOException if there are no more descriptors (EMFILE); everything is closed then
     */
    public List<Pump> startPumps(Loop pumpLoop) throws IOException {
        try {
            for (int i = 0; i < wiring.splits().size(); i++) {
                fanOut(pumpLoop, Hold.ofSplit(i), wiring.splits().get(i)).ifPresent(conduits::add);
            }
            for (int i = 0; i < wiring.merges().size(); i++) {
                fanIn(pumpLoop, Hold.ofMerge(i), wiring.merges().get(i)).ifPresent(conduits::add);
            }
            loop = Optional.of(pumpLoop);
            List<Pump> made = conduits.stream().map(Conduit::pump).toList();
            pumpLoop.execute(() -> made.forEach(Pump::start));
            return made;
        } catch (IOException | RuntimeException e) {
            // No pump has begun, so all ends are still this thread's.
            conduits.forEach(conduit -> conduit.pump().finish());
            ends.values().forEach(Fd::close);
            throw e;
        }
    }

    /** Empty if an earlier daemon's pump was done. */
    private Optional<Conduit> fanOut(Loop pumpLoop, String hold, Wiring.Split split) throws IOException {
        List<Integer> edges = new ArrayList<>();
        List<Fd> outs = new ArrayList<>();
        List<Pipe> shares = new ArrayList<>();
        for (int i = 0; i < split.outs().size(); i++) {
            Optional<Fd> out = end(PipeEnd.write(split.outs().get(i)));
            if (out.isPresent()) {
                edges.add(split.outs().get(i));
                outs.add(out.get());
                shares.add(pipe(split.shares().get(i)));
            }
        }
        Optional<Fd> in = end(PipeEnd.read(split.in()));
        if (in.isEmpty() || outs.isEmpty()) {
            return Optional.empty();
        }
        FanOut pump =
                new FanOut(pumpLoop, in.get(), outs, pipe(split.stage()), shares, Fd.open(NOWHERE, Fd.Access.WRITE));
        keepLast(pump, edges);
        pump.limit(new Allowance(pumpLoop, wiring.rate(edges.get(0))));
        return Optional.of(sampled(new Conduit(hold, pump, edges)));
    }

    private Optional<Conduit> fanIn(Loop pumpLoop, String hold, Wiring.Merge merge) throws IOException {
        List<Integer> edges = new ArrayList<>();
        List<Fd> ins = new ArrayList<>();
        for (int edge : merge.ins()) {
            end(PipeEnd.read(edge)).ifPresent(in -> {
                edges.add(edge);
                ins.add(in);
            });
        }
        Optional<Fd> out = end(PipeEnd.write(merge.out()));
        if (out.isEmpty() || ins.isEmpty()) {
            return Optional.empty();
        }
        if (merge.run().isEmpty()) {
            FanIn pump = new FanIn(pumpLoop, ins, out.get());
            keepLast(pump, edges);
            if (merge.ins().size() == 1) {
                pump.limit(new Allowance(pumpLoop, wiring.rate(edges.get(0))));
            }
            return Optional.of(sampled(new Conduit(hold, pump, edges)));
        }
        Pipe run = pipe(merge.run().getAsInt());
        LineSearch search = search(Pipe.capacity(run.readEnd()));
        return Optional.of(sampled(new Conduit(hold, new LineFanIn(pumpLoop, ins, out.get(), run, search), edges)));
    }

    private static LineSearch search(int bytes) throws IOException {
        Fd sink = Fd.open(NOWHERE, Fd.Access.WRITE);
        try {
            return new LineSearch(Pipe.open(bytes), sink);
        } catch (IOException e) {
            sink.close();
            throw e;
        }
    }

    /** What passes first is kept. Of an edge from a fan-out to a fan-in the fan-out keeps it. */
    private Conduit sampled(Conduit conduit) {
        for (int i = 0; i < conduit.edges().size(); i++) {
            if (conduit(conduit.edges().get(i)).isEmpty()) {
                conduit.pump().keepFirst(i, new HeadSample(wiring.sampleBytes(), fresh));
            }
        }
        return conduit;
    }

    private Pipe pipe(int number) {
        return Pipe.of(ends.get(PipeEnd.read(number)), ends.get(PipeEnd.write(number)));
    }

    /** @throws IOException if there are no more descriptors; the pump is closed then */
    private void keepLast(Pump pump, List<Integer> edges) throws IOException {
        try {
            for (int i = 0; i < edges.size(); i++) {
                if (wiring.options(edges.get(i)).tap()) {
                    pump.keepLast(i, new Replay(Fd.open(NOWHERE, Fd.Access.WRITE), wiring.replayBytes()));
                }
            }
        } catch (IOException e) {
            // It is in no list yet.
            pump.finish();
            throw e;
        }
    }

    /** The pump that an edge goes through; empty for a direct one, and for one that had ended before it was adopted. */
    Optional<Conduit> conduit(int edge) {
        // The consumer's side comes last: what it sees is what was delivered.
        return conduits.stream().filter(c -> c.branch(edge) >= 0).findFirst();
    }

    /** The running pumps. */
    List<Conduit> conduits() {
        return List.copyOf(conduits);
    }

    /**
     * A stage has ended for good: the ends of stream edges that were kept for it are closed, so that its consumers get the
     * end and its producers SIGPIPE. Only on the pump loop.
     */
    void finished(int node) {
        stageEnds(node).forEach(this::close);
    }

    /** Copies of those of these ends that are still open. Only on the pump loop; the copies are the caller's. */
    Map<PipeEnd, Fd> copies(List<PipeEnd> wanted) throws IOException {
        Map<PipeEnd, Fd> copies = new TreeMap<>();
        try {
            for (PipeEnd end : wanted) {
                Optional<Fd> open = end(end);
                if (open.isPresent()) {
                    copies.put(end, open.get().duplicate());
                }
            }
        } catch (IOException e) {
            copies.values().forEach(Fd::close);
            throw e;
        }
        return copies;
    }

    /** What a client sees of an edge. */
    EdgeStatus status(int edge) {
        return wiring.status(edge);
    }

    /** Closes every end that no pump has, and the pumps with theirs. */
    @Override
    public void close() {
        if (loop.isEmpty()) {
            ends.values().forEach(Fd::close);
            return;
        }
        conduits.forEach(conduit -> conduit.pump().close());
        loop.get().execute(() -> ends.values().forEach(Fd::close));
    }
}
