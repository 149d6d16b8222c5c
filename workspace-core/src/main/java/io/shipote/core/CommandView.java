package io.shipote.core;

import io.shipote.card.ExitStatus;
import io.shipote.card.LaunchSpec;
import io.shipote.card.wire.CommandStatus;
import io.shipote.core.store.RunRecord;
import java.util.Optional;

/** What a client sees of a command. Confined to the loop thread. */
final class CommandView {
    private CommandView() {}

    static CommandStatus of(Command command, long logBytes) {
        CommandIntent intent = command.intent();
        Supervisor supervisor = command.supervisor();
        Optional<Run> live = command.liveRuns().stream().findFirst();
        Optional<RunRecord> record = command.lastRecord();
        Optional<ExitStatus> exit = live.isPresent() ? Optional.empty() : command.exit();
        return new CommandStatus(
                command.id(),
                intent.name(),
                intent.spec().label(),
                command.workspace().id().text(),
                Optional.empty(),
                command.state(),
                live.map(run -> (long) run.pid()),
                record.map(last -> last.run().text()),
                exit.map(ExitStatus::encode),
                exit.map(status -> (long) status.shellStatus()),
                live.isPresent() ? Optional.empty() : record.flatMap(RunRecord::endedBy),
                intent.policy().policy(),
                supervisor.restarts(),
                Endings.boxed(supervisor.nextTryMs()),
                record.map(RunRecord::startedMs),
                record.flatMap(RunRecord::endedMs),
                Argv.of(intent.spec()),
                LaunchSpec.of(intent.spec()).directory(),
                logBytes,
                command.why(),
                RunStats.status(live, record),
                supervisor.retries().status());
    }
}
