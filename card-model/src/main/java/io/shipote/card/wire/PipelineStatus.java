package io.shipote.card.wire;

import java.util.ArrayList;
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
        Optional<List<Long>> holders) {
    /** The same with what is known of the bytes of its edges, in their order. */
    public PipelineStatus withVerdicts(List<Optional<EdgeVerdict>> verdicts) {
        List<EdgeStatus> judged = new ArrayList<>();
        for (int i = 0; i < edges.size(); i++) {
            judged.add(edges.get(i).withVerdict(verdicts.get(i)));
        }
        return new PipelineStatus(
                id,
                label,
                workspace,
                state,
                supervised,
                status,
                restarts,
                nextTryMs,
                startedMs,
                endedMs,
                stages,
                judged,
                why,
                retry,
                holders);
    }
}
