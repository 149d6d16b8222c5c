package io.shipote.pipeline;

import io.shipote.card.wire.ShipoteException;
import io.shipote.core.EndedBy;
import io.shipote.core.Host;
import io.shipote.core.LaunchPlan;
import io.shipote.core.Launcher;
import io.shipote.core.Run;
import io.shipote.core.Workspace;
import io.shipote.core.linux.Fd;
import io.shipote.core.store.RunRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Carries out on a live pipeline what {@link StageRestarts} decides. Confined to the loop thread. */
final class StageRelaunch implements StageRestarts.Owner {
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Host host;
    private final Workspace workspace;
    private final Stages stages;
    private final StagePlans plans;
    private final Supplier<Optional<Flow>> flow;
    private final Watcher watcher;

    /** Who is told. */
    interface Watcher {
        /** A stage has got a new process. */
        void relaunched(Stage stage);

        /** A stage waits for its restart, or runs again, or is done. */
        void changed(Stage stage, RestartUnit unit);

        /** Nothing runs, and nothing will be started. */
        void settled();

        RestartUnit unit(int stage);

        /** Whether the pipeline is being ended: nothing is to be started any more. */
        boolean stopping();
    }

    StageRelaunch(
            Host host,
            Workspace workspace,
            Stages stages,
            StagePlans plans,
            Supplier<Optional<Flow>> flow,
            Watcher watcher) {
        this.host = host;
        this.workspace = workspace;
        this.stages = stages;
        this.plans = plans;
        this.flow = flow;
        this.watcher = watcher;
    }

    @Override
    public void launch(List<Integer> indices, Consumer<Optional<ShipoteException>> done) {
        List<Stage> set = indices.stream().map(stages::get).toList();
        flow.get().orElseThrow().reopen(indices, new Flow.Reopened() {
            @Override
            public void ready(Map<PipeEnd, Fd> ends) {
                if (watcher.stopping()) {
                    ends.values().forEach(Fd::close);
                    done.accept(Optional.of(Launches.stopped()));
                    return;
                }
                List<LaunchPlan> plan =
                        plans.of(set, end -> Optional.ofNullable(ends.get(end)), stage -> watcher.unit(stage.index())
                                .retries
                                .state());
                host.launcher().launch(plan, result -> {
                    ends.values().forEach(Fd::close);
                    launched(set, result, done);
                });
            }

            @Override
            public void lost(String why) {
                done.accept(Optional.of(Launches.noPipes(why)));
            }
        });
    }

    private void launched(List<Stage> set, Launcher.Outcome result, Consumer<Optional<ShipoteException>> done) {
        if (result instanceof Launcher.NotStarted failed) {
            done.accept(Optional.of(
                    Launches.named(failed.cause(), set.get(failed.index()).label())));
            return;
        }
        Launcher.Started started = (Launcher.Started) result;
        for (int i = 0; i < set.size(); i++) {
            Stage stage = set.get(i);
            stage.record().ifPresent(workspace::superseded);
            stage.started(new Run(
                    host.loop(),
                    host.launcher(),
                    started.records().get(i),
                    started.children().get(i)));
        }
        done.accept(Optional.empty());
        set.forEach(watcher::relaunched);
    }

    @Override
    public void end(int stage) {
        stages.get(stage).live().ifPresent(run -> run.end(EndedBy.DEPENDENCY, GRACE, () -> {}));
    }

    @Override
    public void finished(int stage) {
        flow.get().ifPresent(open -> open.finished(stage));
    }

    @Override
    public void endFeeders(int stage) {
        stages.endFeeders(stages.get(stage));
    }

    /** What is due is on record, so that the next daemon waits for it too; what is not due any more is not. */
    @Override
    public void changed(int index) {
        Stage stage = stages.get(index);
        RestartUnit unit = watcher.unit(index);
        boolean due =
                unit.phase == RestartUnit.Phase.DUE && unit.retries.dueMs().isPresent();
        boolean noted = stage.record().flatMap(RunRecord::nextTryMs).isPresent();
        if (due || noted && unit.is(RestartUnit.Phase.WAITING, RestartUnit.Phase.DOWN)) {
            stage.retries(unit.retries.state(), host.launcher());
        }
        watcher.changed(stage, unit);
    }

    @Override
    public void settled() {
        watcher.settled();
    }
}
