package io.shipote.card.wire;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/** Parameters and replies of the methods on commands; {@code XIn} and {@code XOut} belong to method X. */
public final class CommandCalls {
    private CommandCalls() {}

    public record RunIn(
            String workspace,
            ObjectNode spec,
            Optional<String> name,
            Optional<RestartPolicy> restart,
            Optional<Boolean> strict) {}

    public record RunOut(String id, String state, String run, long pid, List<Applied> applied) {}

    public record ListCommandsIn(
            Optional<String> workspace, Optional<Boolean> all, Optional<String> after, Optional<Long> limit) {}

    public record ListCommandsOut(List<CommandStatus> commands, Optional<String> next, Optional<Long> pruned) {}

    public record ShowCommandIn(String target, Optional<String> workspace, Optional<Boolean> showEnv) {
        /** Without the values of its environment. */
        public ShowCommandIn(String target, Optional<String> workspace) {
            this(target, workspace, Optional.empty());
        }
    }

    public record ShowCommandOut(
            CommandStatus command,
            ObjectNode spec,
            Optional<List<ObjectNode>> samples,
            Optional<List<RunStatus>> runs) {}

    public record StartCommandIn(String target, Optional<String> workspace) {}

    public record StartCommandOut(String id, String state, Optional<Long> pid) {}

    public record StopCommandIn(String target, Optional<String> workspace, Optional<Long> graceMs) {}

    public record StopCommandOut(String id, String state, long ended) {}

    public record RestartCommandIn(String target, Optional<String> workspace, Optional<Long> graceMs) {}

    public record RestartCommandOut(String id, String state, Optional<Long> pid) {}

    public record RemoveCommandIn(String target, Optional<String> workspace) {}

    public record RemoveCommandOut(String id, String state) {}

    public record FlushCommandIn(String target, Optional<String> workspace) {}

    public record FlushCommandOut(String id, String state) {}

    public record LogsIn(
            String target,
            Optional<String> workspace,
            Optional<String> stream,
            Optional<Long> tail,
            Optional<Boolean> follow,
            Optional<String> run,
            Optional<List<LogPosition>> from) {
        /** Of the newest run. */
        public LogsIn(
                String target,
                Optional<String> workspace,
                Optional<String> stream,
                Optional<Long> tail,
                Optional<Boolean> follow) {
            this(target, workspace, stream, tail, follow, Optional.empty(), Optional.empty());
        }
    }

    public record LogsOut(String id, String label, String stream, long offset, String data, Optional<String> run) {}

    public record WaitIn(String target, Optional<String> workspace) {}

    public record WaitOut(
            String id, String state, Optional<ObjectNode> exit, long status, String why, Optional<String> endedBy) {}

    public record PauseIn(String target, Optional<String> workspace) {}

    public record PauseOut(String id, String state, String how) {}

    public record ResumeIn(String target, Optional<String> workspace) {}

    public record ResumeOut(String id, String state) {}

    public record RetryNowIn(String target, Optional<String> workspace) {}

    public record RetryNowOut(String id, String state) {}

    public record KillIn(String target, Optional<String> workspace, String signal) {}

    public record KillOut(String id, String state, long signalled) {}
}
