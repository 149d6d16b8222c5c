package io.shipote.card.wire;

import java.util.List;
import java.util.Optional;

/**
 * A pipeline as seen by a client.
 *
 * @param holders the processes that keep its pipes over a change of the daemon; absent if it needs none
 */
public record PipelineStatus(
        String id,
        String label,
        String workspace,
        JobState state,
        boolean supervised,
        Optional<Long> status,
        long restarts,
        Optional<Long> nextTryMs,
        Optional<Long> startedMs,
        Optional<Long> endedMs,
        List<CommandStatus> stages,
        List<EdgeStatus> edges,
        String why,
        Optional<RetryStatus> retry,
        Optional<List<Long>> holders) {}
