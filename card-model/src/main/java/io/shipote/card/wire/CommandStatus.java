package io.shipote.card.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** A command, or a stage of a pipeline, as seen by a client. {@code exit} is the JSON of an ExitStatus; {@code status} what a shell would see. */
public record CommandStatus(
        String id,
        Optional<String> name,
        String label,
        String workspace,
        Optional<String> pipeline,
        JobState state,
        Optional<Long> pid,
        Optional<String> run,
        Optional<ObjectNode> exit,
        Optional<Long> status,
        Optional<String> endedBy,
        RestartPolicy.Policy restart,
        long restarts,
        Optional<Long> nextTryMs,
        Optional<Long> startedMs,
        Optional<Long> endedMs,
        List<String> argv,
        Optional<String> directory,
        long logBytes,
        String why,
        Optional<ResourceUsage> usage,
        Optional<RetryStatus> retry) {}
