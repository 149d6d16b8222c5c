package io.shipote.pipeline;

import io.shipote.core.Loop;
import io.shipote.core.linux.Fd;
import io.shipote.core.linux.Pipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The open pipes of one start of a pipeline, from before its launch until its pumps have them. Each end is either a
 * child's or a pump's. Confined to one thread, which need not be the pump loop.
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

    private static final Path NOWHERE = Path.of("/dev/null");

    private final Wiring wiring;
    private final List<Pipe> pipes = new ArrayList<>();
    private final List<Fd> sinks = new ArrayList<>();
    private final List<Pump> pumps = new ArrayList<>();

    private Plumbing(Wiring wiring) {
        this.wiring = wiring;
    }

    /**
     * Opens all pipes of the plan, close-on-exec.
     *
     * @throws IOException if one cannot be opened (EMFILE, ENFILE); none is left open then
     */
    public static Plumbing open(Wiring wiring) throws IOException {
        Plumbing plumbing = new Plumbing(wiring);
        try {
            plumbing.openAll();
        } catch (IOException | RuntimeException e) {
            plumbing.close();
            throw e;
        }
        return plumbing;
    }

    private void openAll() throws IOException {
        for (int i = 0; i < wiring.pipes(); i++) {
            Pipe pipe = Pipe.open();
            pipes.add(pipe);
            // Less than asked for is slower, not wrong.
            pipe.resize(PIPE_BYTES);
        }
        for (int i = 0; i < wiring.splits().size(); i++) {
            sinks.add(Fd.open(NOWHERE, Fd.Access.WRITE));
        }
    }

    /** What the stage is to read from; empty = nothing. Stays ours. */
    public Optional<Fd> stdin(int node) {
        return end(wiring.stages().get(node).stdin()).map(Pipe::readEnd);
    }

    /** What the stage is to write its output to; empty = its log. Stays ours. */
    public Optional<Fd> stdout(int node) {
        return end(wiring.stages().get(node).stdout()).map(Pipe::writeEnd);
    }

    /** What the stage is to write its errors to; empty = its log. Stays ours. */
    public Optional<Fd> stderr(int node) {
        return end(wiring.stages().get(node).stderr()).map(Pipe::writeEnd);
    }

    private Optional<Pipe> end(OptionalInt pipe) {
        return pipe.isPresent() ? Optional.of(pipes.get(pipe.getAsInt())) : Optional.empty();
    }

    /** Closes the ends that the children have by now; as long as we held them, none would see an end or a SIGPIPE. */
    public void childEndsClosed() {
        for (int node = 0; node < wiring.stages().size() && !pipes.isEmpty(); node++) {
            stdin(node).ifPresent(Fd::close);
            stdout(node).ifPresent(Fd::close);
            stderr(node).ifPresent(Fd::close);
        }
    }

    /**
     * Hands the other ends to pumps and starts these. Call once, after {@link #childEndsClosed}.
     *
     * @return the fan-outs, then the fan-ins, in the order of the plan
     * @throws RuntimeException whatever the loop throws if it takes no more tasks; everything is closed then
     */
    public List<Pump> startPumps(Loop pumpLoop) {
        List<Pump> made = new ArrayList<>();
        for (int i = 0; i < wiring.splits().size(); i++) {
            Wiring.Split split = wiring.splits().get(i);
            List<Fd> outs =
                    split.outs().stream().map(n -> pipes.get(n).writeEnd()).toList();
            made.add(new FanOut(pumpLoop, pipes.get(split.in()).readEnd(), outs, sinks.get(i)));
        }
        for (Wiring.Merge merge : wiring.merges()) {
            List<Fd> ins = merge.ins().stream().map(n -> pipes.get(n).readEnd()).toList();
            made.add(new FanIn(pumpLoop, ins, pipes.get(merge.out()).writeEnd()));
        }
        try {
            pumpLoop.execute(() -> made.forEach(Pump::start));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        pipes.clear();
        sinks.clear();
        pumps.addAll(made);
        return List.copyOf(made);
    }

    /** Closes every end that is still ours, and the pumps with theirs. */
    @Override
    public void close() {
        pipes.forEach(Pipe::close);
        pipes.clear();
        sinks.forEach(Fd::close);
        sinks.clear();
        pumps.forEach(Pump::close);
        pumps.clear();
    }
}
