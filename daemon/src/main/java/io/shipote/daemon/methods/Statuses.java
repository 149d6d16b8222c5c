package io.shipote.daemon.methods;

import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.EnvValues;
import io.shipote.card.U64;
import io.shipote.card.wire.CommandStatus;
import io.shipote.card.wire.PipelineStatus;
import io.shipote.card.wire.RunStatus;
import io.shipote.core.Command;
import io.shipote.core.store.RunRecord;
import io.shipote.core.store.RunRecords;
import io.shipote.pipeline.Pipeline;
import java.io.File;
import java.util.List;
import java.util.Optional;

/** Objects as clients see them, with the size of their logs, which only the file system knows. */
final class Statuses {
    private final RunRecords records;

    Statuses(RunRecords records) {
        this.records = records;
    }

    CommandStatus of(Command command) {
        return command.status(command.lastRecord().map(this::logBytes).orElse(0L));
    }

    PipelineStatus of(Pipeline pipeline) {
        return pipeline.status(this::logBytes);
    }

    /** Its kept runs, newest first. */
    List<RunStatus> runs(Command command) {
        return command.keptRecords().stream()
                .map(record -> new RunStatus(
                        record.run().text(),
                        record.startedMs(),
                        record.endedMs(),
                        record.exit().map(exit -> (long) exit.shellStatus()),
                        record.endedBy(),
                        logBytes(record)))
                .toList();
    }

    /** Both streams; a file that is not there counts 0. Two calls of stat(2). */
    private long logBytes(RunRecord record) {
        File out = records.out(record.workspace(), record.run()).toFile();
        File err = records.err(record.workspace(), record.run()).toFile();
        return out.length() + err.length();
    }

    /** A spec for a client, without the values of its environment unless they were asked for. */
    static ObjectNode shown(ObjectNode spec, Optional<Boolean> showEnv) {
        return showEnv.orElse(false) ? spec : EnvValues.hidden(spec);
    }

    static NumericNode number(U64 value) {
        return BigIntegerNode.valueOf(value.big());
    }
}
