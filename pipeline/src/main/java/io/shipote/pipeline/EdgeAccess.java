package io.shipote.pipeline;

import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Answer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What clients ask of the edges of a pipeline, which may not run. Confined to the loop thread. */
public final class EdgeAccess {
    private final Pipeline pipeline;
    private final Optional<Flow> flow;

    EdgeAccess(Pipeline pipeline, Optional<Flow> flow) {
        this.pipeline = pipeline;
        this.flow = flow;
    }

    /**
     * Watches an edge by its index in the spec.
     *
     * @throws ShipoteException INVALID_SPEC without such an edge, WRONG_STATE if it does not run, LIMIT_EXCEEDED with
     *     {@link Tap#MAX_PER_EDGE} taps already
     */
    public void tap(int edge, Tap.Options options, TapSink sink, Answer<Tap> answer) {
        int count = pipeline.spec().edges().size();
        if (edge < 0 || edge >= count) {
            throw new ShipoteException(
                    ErrorCode.INVALID_SPEC,
                    "pipeline '" + pipeline.label() + "' has no edge " + edge + " (it has " + count
                            + ", counted from 0)",
                    Map.of("edge", edge));
        }
        Flow open = flow.orElseThrow(this::notRunning);
        open.watch().tap(edge, pipeline.stages().ends(edge), options, sink, answer);
    }

    private ShipoteException notRunning() {
        String state = pipeline.state().word();
        return new ShipoteException(
                ErrorCode.WRONG_STATE,
                "pipeline '" + pipeline.label() + "' is " + state + ": no data flows (start it first)",
                Map.of("id", pipeline.id(), "state", state));
    }

    /** Whether there is a data path. */
    boolean flowing() {
        return flow.isPresent();
    }

    /** What went through each edge, in the order of the spec; called back on the loop. */
    public void figures(Consumer<List<EdgeFigures>> seen) {
        int count = pipeline.spec().edges().size();
        if (flow.isEmpty()) {
            seen.accept(Collections.nCopies(count, EdgeFigures.NONE));
            return;
        }
        flow.get().watch().figures(ends(count), seen);
    }

    /**
     * Some bytes of each edge, in the order of the spec, to tell what they are; empty for an edge of which there are none.
     * Called back on the loop.
     *
     * @param waiting whether it is to be what waits in the pipes now, where something does; else it is what passed first,
     *     but for direct edges
     */
    public void samples(boolean waiting, Consumer<List<Optional<EdgeSample>>> seen) {
        int count = pipeline.spec().edges().size();
        if (flow.isEmpty()) {
            seen.accept(Collections.nCopies(count, Optional.empty()));
        } else {
            flow.get().watch().samples(ends(count), waiting, seen);
        }
    }

    private List<EdgeWatch.Ends> ends(int count) {
        List<EdgeWatch.Ends> ends = new ArrayList<>();
        for (int edge = 0; edge < count; edge++) {
            ends.add(pipeline.stages().ends(edge));
        }
        return ends;
    }
}
