package io.shipote.core.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandId;
import io.shipote.card.ExitStatus;
import io.shipote.card.PipelineId;
import io.shipote.card.RunId;
import io.shipote.card.WorkspaceId;
import io.shipote.core.linux.ProcessIdentity;
import java.util.List;
import java.util.Optional;

/**
 * One run, which is one process: what a later daemon needs to find it again, and what is left of it when it has ended.
 *
 * @param bootId of the kernel that the pid belongs to
 * @param pid 0 while launching
 * @param startTicks when the process began, in clock ticks since the boot (proc(5) stat field 22); 0 while launching
 * @param pipeline the pipeline it is a stage of
 * @param label for display
 * @param attempt from 1
 * @param cgroup the path of its group
 * @param directory its working directory
 * @param startedMs Unix milliseconds, as all times here
 * @param endedBy who ended it, if it ended; who is ending it, where nothing else on disk says so
 * @param nextTryMs when it is to be started again
 * @param restarts of its command before this run; once its next try is due, that one too
 * @param totals what it used in all, once it has ended
 * @param pipelineCard the card of the pipeline it is the first stage of: an unsupervised one is stored nowhere else
 * @param own the object "shipote" of its command's card, which says among other things how it is to be ended
 * @param holds for a process that only keeps pipe ends of its pipeline open: which ones
 * @param sinceReset those of {@code restarts} since its command was last healthy
 * @param verdicts what the bytes of its pipeline's edges last seemed to be, of the first stage; this layer does not read it
 * @param removed whether its command is being removed: once that is not declared any more, this record goes as well
 */
public record RunRecord(
        String bootId,
        int pid,
        long startTicks,
        RunId run,
        CommandId command,
        WorkspaceId workspace,
        Optional<PipelineId> pipeline,
        String label,
        RunPhase phase,
        long attempt,
        Optional<String> cgroup,
        List<String> argv,
        Optional<String> directory,
        long startedMs,
        Optional<Long> endedMs,
        Optional<ExitStatus> exit,
        Optional<String> endedBy,
        Optional<Long> nextTryMs,
        long restarts,
        RunTotals totals,
        Optional<ObjectNode> pipelineCard,
        Optional<ObjectNode> holds,
        long sinceReset,
        Optional<ObjectNode> own,
        Optional<ArrayNode> verdicts,
        boolean removed) {
    public RunRecord {
        argv = List.copyOf(argv);
    }

    /** The record before there is a process; {@code attempt} is one more than {@code restarts}. */
    public static RunRecord launching(
            String bootId,
            RunId run,
            CommandId command,
            WorkspaceId workspace,
            String label,
            List<String> argv,
            Optional<String> directory,
            long restarts,
            long nowMs) {
        return new RunRecord(
                bootId,
                0,
                0,
                run,
                command,
                workspace,
                Optional.empty(),
                label,
                RunPhase.LAUNCHING,
                restarts + 1,
                Optional.empty(),
                argv,
                directory,
                nowMs,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                restarts,
                RunTotals.NONE,
                Optional.empty(),
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                false);
    }

    /** The same with its process. */
    public RunRecord running(int newPid, long newStartTicks) {
        Draft draft = new Draft(this);
        draft.phase = RunPhase.RUNNING;
        draft.pid = newPid;
        draft.startTicks = newStartTicks;
        return draft.done();
    }

    /** The same with this process, whoever it spoke of before. */
    public RunRecord of(ProcessIdentity process) {
        Draft draft = new Draft(this);
        draft.phase = RunPhase.RUNNING;
        draft.bootId = process.bootId();
        draft.pid = process.pid();
        draft.startTicks = process.startTicks();
        return draft.done();
    }

    /** The same as a command by itself. */
    public RunRecord withoutPipeline() {
        Draft draft = new Draft(this);
        draft.pipeline = Optional.empty();
        return draft.done();
    }

    /** The same, ended: at this Unix millisecond, in this way, by {@code by}. */
    public RunRecord ended(long nowMs, ExitStatus status, String by) {
        Draft draft = new Draft(this);
        draft.phase = RunPhase.ENDED;
        draft.endedMs = Optional.of(nowMs);
        draft.exit = Optional.of(status);
        draft.endedBy = Optional.of(by);
        return draft.done();
    }

    /** The same, still running, while {@code by} is ending it: so the next daemon goes on with that. */
    public RunRecord ending(String by) {
        Draft draft = new Draft(this);
        draft.endedBy = Optional.of(by);
        return draft.done();
    }

    /** The same as a stage of a pipeline; the first stage keeps the pipeline's card. */
    public RunRecord ofPipeline(PipelineId newPipeline, Optional<ObjectNode> card) {
        Draft draft = new Draft(this);
        draft.pipeline = Optional.of(newPipeline);
        draft.pipelineCard = card;
        return draft.done();
    }

    /** The same as a process that keeps pipe ends of a pipeline open. */
    public RunRecord holding(PipelineId newPipeline, ObjectNode ends) {
        Draft draft = new Draft(this);
        draft.pipeline = Optional.of(newPipeline);
        draft.holds = Optional.of(ends);
        return draft.done();
    }

    public RunRecord withOwn(Optional<ObjectNode> newOwn) {
        Draft draft = new Draft(this);
        draft.own = newOwn;
        return draft.done();
    }

    public RunRecord withCgroup(String path) {
        Draft draft = new Draft(this);
        draft.cgroup = Optional.of(path);
        return draft.done();
    }

    /** The same with where the restarts of its command stand; the next try in Unix milliseconds, if one is due. */
    public RunRecord withRetries(long newRestarts, long newSinceReset, Optional<Long> newNextTryMs) {
        Draft draft = new Draft(this);
        draft.restarts = newRestarts;
        draft.sinceReset = newSinceReset;
        draft.nextTryMs = newNextTryMs;
        return draft.done();
    }

    /** The same with what it has used in all. */
    public RunRecord withTotals(RunTotals newTotals) {
        Draft draft = new Draft(this);
        draft.totals = newTotals;
        return draft.done();
    }

    /** The same with what the bytes of its pipeline's edges seem to be. */
    public RunRecord withVerdicts(ArrayNode newVerdicts) {
        Draft draft = new Draft(this);
        draft.verdicts = Optional.of(newVerdicts);
        return draft.done();
    }

    /** The same while its command is being removed. */
    public RunRecord removing() {
        Draft draft = new Draft(this);
        draft.removed = true;
        return draft.done();
    }

    /** A record being changed: only what ever changes. */
    private static final class Draft {
        private final RunRecord from;
        private String bootId;
        private int pid;
        private long startTicks;
        private Optional<PipelineId> pipeline;
        private RunPhase phase;
        private Optional<String> cgroup;
        private Optional<Long> endedMs;
        private Optional<ExitStatus> exit;
        private Optional<String> endedBy;
        private Optional<Long> nextTryMs;
        private long restarts;
        private RunTotals totals;
        private Optional<ObjectNode> pipelineCard;
        private Optional<ObjectNode> holds;
        private long sinceReset;
        private Optional<ObjectNode> own;
        private Optional<ArrayNode> verdicts;
        private boolean removed;

        private Draft(RunRecord from) {
            this.from = from;
            bootId = from.bootId;
            pid = from.pid;
            startTicks = from.startTicks;
            pipeline = from.pipeline;
            phase = from.phase;
            cgroup = from.cgroup;
            endedMs = from.endedMs;
            exit = from.exit;
            endedBy = from.endedBy;
            nextTryMs = from.nextTryMs;
            restarts = from.restarts;
            totals = from.totals;
            pipelineCard = from.pipelineCard;
            holds = from.holds;
            sinceReset = from.sinceReset;
            own = from.own;
            verdicts = from.verdicts;
            removed = from.removed;
        }

        private RunRecord done() {
            return new RunRecord(
                    bootId,
                    pid,
                    startTicks,
                    from.run,
                    from.command,
                    from.workspace,
                    pipeline,
                    from.label,
                    phase,
                    from.attempt,
                    cgroup,
                    from.argv,
                    from.directory,
                    from.startedMs,
                    endedMs,
                    exit,
                    endedBy,
                    nextTryMs,
                    restarts,
                    totals,
                    pipelineCard,
                    holds,
                    sinceReset,
                    own,
                    verdicts,
                    removed);
        }
    }
}
