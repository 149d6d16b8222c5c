package io.shipote.pipeline;

import io.shipote.card.wire.JobState;
import io.shipote.core.Answer;
import io.shipote.core.Host;
import io.shipote.core.Run;
import io.shipote.core.Supervisor;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a pipeline when single stages of it are restarted. Confined to the loop thread. */
final class StageWatch implements StageRelaunch.Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(StageWatch.class);

    private final Pipeline pipeline;
    private final Host host;

    StageWatch(Pipeline pipeline, Host host) {
        this.pipeline = pipeline;
        this.host = host;
    }

    @Override
    public void relaunched(Stage stage) {
        pipeline.course().relaunched(stage);
        Run run = stage.run().orElseThrow();
        run.whenEnded(pipeline.workspace()::ended);
        run.whenEnded(ended -> pipeline.course().stageEnded(stage));
        if (pipeline.supervisor().state() == JobState.PAUSED) {
            // Its launch was under way when the pipeline was paused.
            run.freeze(
                    Answer.of(how -> {}, e -> LOG.warn("stage {} is not paused: {}", stage.label(), e.getMessage())));
        }
    }

    @Override
    public void changed(Stage stage, RestartUnit unit) {
        boolean due = unit.phase == RestartUnit.Phase.DUE;
        if (due || unit.phase == RestartUnit.Phase.UP) {
            Optional<Supervisor.Act> act = due ? Optional.of(Supervisor.Act.RESTART) : Optional.empty();
            host.events()
                    .pipeline(
                            pipeline.workspace(),
                            pipeline.id(),
                            pipeline.state().word(),
                            pipeline.why(),
                            act);
        }
    }

    @Override
    public void settled() {
        pipeline.course().allEnded();
    }

    @Override
    public boolean stopping() {
        return pipeline.course().restarts().orElseThrow().stopping();
    }

    @Override
    public RestartUnit unit(int stage) {
        return pipeline.course().restarts().orElseThrow().unit(stage);
    }
}
