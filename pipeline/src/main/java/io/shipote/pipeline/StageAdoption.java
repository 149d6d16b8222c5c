package io.shipote.pipeline;

import io.shipote.card.ExitStatus;
import io.shipote.core.EndedBy;
import io.shipote.core.RetryState;
import io.shipote.core.store.RunRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the next daemon makes of stages that are restarted by themselves: from their records alone. Used once. */
final class StageAdoption {
    private final Stages stages;
    private final StageRestarts restarts;
    private final long nowMs;

    StageAdoption(Stages stages, StageRestarts restarts, long nowMs) {
        this.stages = stages;
        this.restarts = restarts;
        this.nowMs = nowMs;
    }

    void run() {
        List<Stage> pulled = new ArrayList<>();
        List<Stage> failed = new ArrayList<>();
        for (Stage stage : stages) {
            Optional<RunRecord> record = stage.record();
            if (record.isEmpty()) {
                restarts.adoptDue(stage.index(), RetryState.NONE, "not started yet");
            } else if (stage.live().isPresent()) {
                restarts.adoptUp(stage.index(), RetryState.of(record.get()), up(record.get(), nowMs));
            } else if (record.get().nextTryMs().isPresent()) {
                restarts.adoptDue(
                        stage.index(),
                        RetryState.of(record.get()),
                        exit(record.get()).describe());
            } else if (record.get().endedBy().equals(Optional.of(EndedBy.DEPENDENCY.word()))) {
                pulled.add(stage);
            } else if (exit(record.get()).success()) {
                restarts.adoptDown(
                        stage.index(),
                        RetryState.of(record.get()),
                        exit(record.get()).describe());
            } else {
                // As if it ended now: whether a broken pipe is a failure depends on the others.
                long ended = record.get().endedMs().orElse(record.get().startedMs());
                restarts.adoptUp(stage.index(), RetryState.of(record.get()), up(record.get(), ended));
                failed.add(stage);
            }
        }
        pulled.forEach(stage ->
                restarts.adoptEnded(stage.index(), RetryState.of(stage.record().orElseThrow())));
        failed.forEach(
                stage -> restarts.ended(stage.index(), exit(stage.record().orElseThrow())));
        restarts.adopted();
    }

    private static ExitStatus exit(RunRecord record) {
        return record.exit().orElse(new ExitStatus.Unknown());
    }

    private static Duration up(RunRecord record, long untilMs) {
        return Duration.ofMillis(Math.max(0, untilMs - record.startedMs()));
    }
}
