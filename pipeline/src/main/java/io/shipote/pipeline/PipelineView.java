package io.shipote.pipeline;

import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.EdgeStatus;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.core.Endings;
import io.shipote.core.store.RunRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** What a client sees of a pipeline. */
final class PipelineView {
    private PipelineView() {}

    /** @param logBytes how much a run has written to its logs */
    static PipelineStatus of(Pipeline pipeline, Wiring wiring, ToLongFunction<RunRecord> logBytes) {
        boolean live = pipeline.state().live();
        return new PipelineStatus(
                pipeline.id(),
                pipeline.label(),
                pipeline.workspace().id().text(),
                pipeline.state(),
                pipeline.spec().restartOnFailure(),
                live ? Optional.empty() : pipeline.outcome().map(outcome -> (long) outcome.status()),
                pipeline.restarts(),
                Endings.boxed(pipeline.nextTryMs()),
                pipeline.stages().list().stream()
                        .flatMap(stage -> stage.record().stream())
                        .map(RunRecord::startedMs)
                        .findFirst(),
                live ? Optional.empty() : endedMs(pipeline.stages()),
                stages(pipeline, logBytes),
                edges(pipeline, wiring),
                pipeline.why(),
                pipeline.retryStatus(),
                holders(pipeline));
    }

    private static Optional<List<Long>> holders(Pipeline pipeline) {
        List<Long> pids =
                pipeline.keepers().stream().map(run -> (long) run.pid()).toList();
        return pids.isEmpty() ? Optional.empty() : Optional.of(pids);
    }

    private static Optional<Long> endedMs(Stages stages) {
        return stages.list().stream()
                .flatMap(stage -> stage.record().flatMap(RunRecord::endedMs).stream())
                .max(Long::compare);
    }

    private static List<CommandStatus> stages(Pipeline pipeline, ToLongFunction<RunRecord> logBytes) {
        return pipeline.stages().list().stream()
                .map(stage -> stage.status(
                        pipeline, stage.record().map(logBytes::applyAsLong).orElse(0L)))
                .toList();
    }

    private static List<EdgeStatus> edges(Pipeline pipeline, Wiring wiring) {
        List<EdgeStatus> edges = new ArrayList<>();
        for (int i = 0; i < pipeline.spec().edges().size(); i++) {
            edges.add(wiring.status(i));
        }
        return edges;
    }
}
