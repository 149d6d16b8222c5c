package io.shipote.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The pipe ends that must stay open while no daemon is there, for one pump or for one direct stream edge.
 *
 * <p>Of a pump these are the ends that it reads from and writes to, so that a producer without it waits instead of getting
 * SIGPIPE, and a consumer waits instead of seeing the end; and one end of each pipe of its own, which keeps what is in it.
 * Of a stream edge these are also the ends that its processes have, so that they outlive those.
 *
 * @param name the same in every daemon: {@code out0} a fan-out, {@code in0} a fan-in or relay, {@code edge0} a stream edge
 */
record Hold(String name, List<PipeEnd> ends) {
    Hold {
        ends = List.copyOf(ends);
    }

    static String ofSplit(int index) {
        return "out" + index;
    }

    static String ofMerge(int index) {
        return "in" + index;
    }

    /** What a plan needs to have held, in the order of its fan-outs, fan-ins and stream edges. */
    static List<Hold> of(Wiring wiring) {
        Set<PipeEnd> kept = kept(wiring);
        List<Hold> holds = new ArrayList<>();
        for (Wiring.Split split : wiring.splits()) {
            List<PipeEnd> ends = new ArrayList<>(List.of(PipeEnd.read(split.in()), PipeEnd.read(split.stage())));
            split.shares().forEach(share -> ends.add(PipeEnd.read(share)));
            split.outs().forEach(out -> ends.add(PipeEnd.write(out)));
            take(kept, PipeEnd.write(split.in()), ends);
            split.outs().forEach(out -> take(kept, PipeEnd.read(out), ends));
            holds.add(new Hold(ofSplit(holds.size()), ends));
        }
        int first = holds.size();
        for (Wiring.Merge merge : wiring.merges()) {
            List<PipeEnd> ends = new ArrayList<>(List.of(PipeEnd.write(merge.out())));
            merge.run().ifPresent(run -> ends.add(PipeEnd.read(run)));
            merge.ins().forEach(in -> ends.add(PipeEnd.read(in)));
            take(kept, PipeEnd.read(merge.out()), ends);
            merge.ins().forEach(in -> take(kept, PipeEnd.write(in), ends));
            holds.add(new Hold(ofMerge(holds.size() - first), ends));
        }
        for (PipeEnd end : List.copyOf(kept)) {
            if (!end.write()) {
                holds.add(new Hold("edge" + end.pipe(), List.of(end, PipeEnd.write(end.pipe()))));
            }
        }
        return holds;
    }

    private static void take(Set<PipeEnd> kept, PipeEnd end, List<PipeEnd> into) {
        if (kept.remove(end)) {
            into.add(end);
        }
    }

    /** The ends of stream edges that stages have: they are kept open for the stages that come after those. */
    static Set<PipeEnd> kept(Wiring wiring) {
        Set<Integer> streams = new TreeSet<>();
        for (Wiring.Split split : wiring.splits()) {
            if (wiring.stream(split.outs().get(0))) {
                streams.add(split.in());
                streams.addAll(split.outs());
            }
        }
        for (Wiring.Merge merge : wiring.merges()) {
            if (wiring.stream(merge.ins().get(0))) {
                streams.add(merge.out());
                streams.addAll(merge.ins());
            }
        }
        Set<PipeEnd> kept = new TreeSet<>();
        for (Wiring.Ends stage : wiring.stages()) {
            stage.reads().values().stream()
                    .filter(pipe -> streams.contains(pipe) || directStream(wiring, pipe))
                    .forEach(pipe -> kept.add(PipeEnd.read(pipe)));
            stage.writes().values().stream()
                    .filter(pipe -> streams.contains(pipe) || directStream(wiring, pipe))
                    .forEach(pipe -> kept.add(PipeEnd.write(pipe)));
        }
        return kept;
    }

    private static boolean directStream(Wiring wiring, int pipe) {
        return pipe < wiring.edges() && wiring.direct(pipe) && wiring.stream(pipe);
    }
}
