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
final class EdgeAccess {
    private final Pipeline pipeline;
    private final Optional<Flow> flow;

    EdgeAccess(Pipeline pipeline, Optional<Flow> flow) {
        this.pipeline = pipeline;
        this.flow = flow;
    }

    /** See {@link Pipeline#tap}. */
    void tap(int edge, Tap.Options options, TapSink sink, Answer<Tap> answer) {
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

    /** See {@link Pipeline#figures}. */
    void figures(Consumer<List<EdgeFigures>> seen) {
        int count = pipeline.spec().edges().size();
        if (flow.isEmpty()) {
            seen.accept(Collections.nCopies(count, EdgeFigures.NONE));
            return;
        }
        List<EdgeWatch.Ends> ends = new ArrayList<>();
        for (int edge = 0; edge < count; edge++) {
            ends.add(pipeline.stages().ends(edge));
        }
        flow.get().watch().figures(ends, seen);
    }
}
