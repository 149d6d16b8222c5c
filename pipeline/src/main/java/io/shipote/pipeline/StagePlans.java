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
import io.shipote.core.linux.Fd;
import io.shipote.core.store.RunRecord;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** What the launcher is asked for to start the stages of a pipeline. Immutable. */
final class StagePlans {
    /** Below it are the standard three. */
    private static final int FIRST_PORT = 3;

    private final Host host;
    private final Workspace workspace;
    private final PipelineCard card;
    private final Wiring wiring;

    StagePlans(Host host, Workspace workspace, PipelineCard card, Wiring wiring) {
        this.host = host;
        this.workspace = workspace;
        this.card = card;
        this.wiring = wiring;
    }

    /**
     * One plan for each of the stages.
     *
     * @param ends finds the open ends of its pipes
     * @param retries made before
     */
    List<LaunchPlan> of(List<Stage> stages, Function<PipeEnd, Optional<Fd>> ends, Function<Stage, RetryState> retries) {
        return stages.stream()
                .map(stage -> plan(stage, ends, retries.apply(stage)))
                .toList();
    }

    private LaunchPlan plan(Stage stage, Function<PipeEnd, Optional<Fd>> ends, RetryState retries) {
        Wiring.Ends pipes = wiring.stages().get(stage.index());
        return new LaunchPlan(
                record(stage, retries.withoutNext()),
                stage.spec(),
                workspace.spec(),
                end(pipes.stdin(), false, ends),
                end(pipes.stdout(), true, ends),
                end(pipes.stderr(), true, ends),
                List.of(),
                ports(pipes, ends));
    }

    private static SortedMap<Integer, Fd> ports(Wiring.Ends pipes, Function<PipeEnd, Optional<Fd>> ends) {
        SortedMap<Integer, Fd> ports = new TreeMap<>();
        pipes.reads().forEach((fd, pipe) -> ends.apply(PipeEnd.read(pipe)).ifPresent(end -> ports.put(fd, end)));
        pipes.writes().forEach((fd, pipe) -> ends.apply(PipeEnd.write(pipe)).ifPresent(end -> ports.put(fd, end)));
        return ports.tailMap(FIRST_PORT);
    }

    private static Optional<Fd> end(OptionalInt pipe, boolean write, Function<PipeEnd, Optional<Fd>> ends) {
        return pipe.isPresent() ? ends.apply(new PipeEnd(pipe.getAsInt(), write)) : Optional.empty();
    }

    /** The record of a stage that could not be started. */
    RunRecord refused(Stage stage, RetryState retries, ShipoteException cause) {
        return record(stage, retries).ended(host.loop().wallMillis(), Endings.notStarted(cause), EndedBy.ITSELF.word());
    }

    /** The record of a stage whose start the daemon did not live to finish. */
    RunRecord cutShort(Stage stage, RetryState retries) {
        return Endings.cutShort(record(stage, retries), host.loop().wallMillis());
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
