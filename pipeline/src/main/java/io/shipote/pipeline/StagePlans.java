package io.shipote.pipeline;

import io.shipote.card.LaunchSpec;
import io.shipote.card.wire.ShipoteException;
import io.shipote.core.Argv;
import io.shipote.core.EndedBy;
import io.shipote.core.Endings;
import io.shipote.core.Host;
import io.shipote.core.LaunchPlan;
import io.shipote.core.RetryState;
import io.shipote.core.Workspace;
import io.shipote.core.store.RunRecord;
import java.util.List;
import java.util.Optional;

/** What the launcher is asked for to start the stages of a pipeline. Immutable. */
final class StagePlans {
    private final Host host;
    private final Workspace workspace;
    private final PipelineCard card;

    StagePlans(Host host, Workspace workspace, PipelineCard card) {
        this.host = host;
        this.workspace = workspace;
        this.card = card;
    }

    /** One plan for each of the stages, with the ends of its pipes; {@code retries} made before. */
    List<LaunchPlan> of(List<Stage> stages, Plumbing pipes, RetryState retries) {
        return stages.stream().map(stage -> plan(stage, pipes, retries)).toList();
    }

    private LaunchPlan plan(Stage stage, Plumbing pipes, RetryState retries) {
        return new LaunchPlan(
                record(stage, retries.withoutNext()),
                stage.spec(),
                workspace.spec(),
                pipes.stdin(stage.index()),
                pipes.stdout(stage.index()),
                pipes.stderr(stage.index()));
    }

    /** The record of a stage that could not be started. */
    RunRecord refused(Stage stage, RetryState retries, ShipoteException cause) {
        return record(stage, retries).ended(host.loop().wallMillis(), Endings.notStarted(cause), EndedBy.ITSELF.word());
    }

    private RunRecord record(Stage stage, RetryState retries) {
        RunRecord record = RunRecord.launching(
                        host.bootId(),
                        host.ids().run(),
                        stage.id(),
                        workspace.id(),
                        stage.label(),
                        Argv.of(stage.spec()),
                        LaunchSpec.of(stage.spec()).directory(),
                        retries.total(),
                        host.loop().wallMillis())
                .ofPipeline(card.id(), stage.index() == 0 ? Optional.of(card.encode()) : Optional.empty());
        return retries.noted(record);
    }
}
