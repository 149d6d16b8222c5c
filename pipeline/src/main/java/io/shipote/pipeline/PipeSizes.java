package io.shipote.pipeline;

import io.shipote.core.linux.Pipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** How large the pipes of a plan are to be. */
final class PipeSizes {
    private final Wiring wiring;
    private final int[] wanted;
    private final int[] asker;
    private final int[] real;

    PipeSizes(Wiring wiring) {
        this.wiring = wiring;
        this.wanted = new int[wiring.pipes()];
        this.asker = new int[wiring.pipes()];
        this.real = new int[wiring.pipes()];
        for (int edge = 0; edge < wiring.edges(); edge++) {
            ask(edge, edge);
        }
        for (Wiring.Split split : wiring.splits()) {
            split.outs().forEach(edge -> ask(split.in(), edge));
        }
        for (Wiring.Merge merge : wiring.merges()) {
            merge.ins().forEach(edge -> ask(merge.out(), edge));
        }
    }

    private void ask(int pipe, int edge) {
        int bytes = wiring.options(edge).pipeBytes().map(Math::toIntExact).orElse(0);
        if (bytes > wanted[pipe]) {
            wanted[pipe] = bytes;
            asker[pipe] = edge;
        }
    }

    /**
     * Gives them their sizes. Less than asked for is slower, not wrong.
     *
     * @return what was asked for and not granted, in words
     */
    List<String> apply(List<Pipe> pipes) throws IOException {
        List<String> notes = new ArrayList<>();
        boolean large = pipes.size() <= Plumbing.MAX_LARGE;
        for (int i = 0; i < pipes.size(); i++) {
            Pipe pipe = pipes.get(i);
            if (wanted[i] > 0) {
                real[i] = pipe.resize(wanted[i]);
                if (real[i] < wanted[i]) {
                    notes.add("edge " + asker[i] + ": a pipe of " + wanted[i] + " bytes was refused, it has " + real[i]
                            + " (see pipe-max-size and pipe-user-pages-soft in pipe(7))");
                }
            } else {
                real[i] = large ? pipe.resize(Plumbing.PIPE_BYTES) : Pipe.capacity(pipe.readEnd());
            }
        }
        for (Wiring.Split split : wiring.splits()) {
            List<Integer> own = new ArrayList<>(split.shares());
            own.add(split.stage());
            shrink(pipes, own, own);
        }
        for (Wiring.Merge merge : wiring.merges()) {
            if (merge.run().isPresent()) {
                List<Integer> all = new ArrayList<>(merge.ins());
                all.add(merge.run().getAsInt());
                shrink(pipes, List.of(merge.run().getAsInt()), all);
            }
        }
        return notes;
    }

    /** Makes some as small as the smallest of all: what one takes, the others must be able to. */
    private void shrink(List<Pipe> pipes, List<Integer> some, List<Integer> all) throws IOException {
        int smallest = all.stream().mapToInt(pipe -> real[pipe]).min().orElseThrow();
        for (int pipe : some) {
            if (real[pipe] > smallest) {
                real[pipe] = pipes.get(pipe).resize(smallest);
            }
        }
    }
}
