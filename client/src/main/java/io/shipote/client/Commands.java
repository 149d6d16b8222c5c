package io.shipote.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.CommandCalls.FlushCommandIn;
import io.shipote.card.wire.CommandCalls.FlushCommandOut;
import io.shipote.card.wire.CommandCalls.KillIn;
import io.shipote.card.wire.CommandCalls.KillOut;
import io.shipote.card.wire.CommandCalls.ListCommandsIn;
import io.shipote.card.wire.CommandCalls.ListCommandsOut;
import io.shipote.card.wire.CommandCalls.LogsIn;
import io.shipote.card.wire.CommandCalls.LogsOut;
import io.shipote.card.wire.CommandCalls.PauseIn;
import io.shipote.card.wire.CommandCalls.PauseOut;
import io.shipote.card.wire.CommandCalls.RemoveCommandIn;
import io.shipote.card.wire.CommandCalls.RemoveCommandOut;
import io.shipote.card.wire.CommandCalls.RestartCommandIn;
import io.shipote.card.wire.CommandCalls.RestartCommandOut;
import io.shipote.card.wire.CommandCalls.ResumeIn;
import io.shipote.card.wire.CommandCalls.ResumeOut;
import io.shipote.card.wire.CommandCalls.RetryNowIn;
import io.shipote.card.wire.CommandCalls.RetryNowOut;
import io.shipote.card.wire.CommandCalls.RunIn;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.CommandCalls.ShowCommandIn;
import io.shipote.card.wire.CommandCalls.ShowCommandOut;
import io.shipote.card.wire.CommandCalls.StartCommandIn;
import io.shipote.card.wire.CommandCalls.StartCommandOut;
import io.shipote.card.wire.CommandCalls.StopCommandIn;
import io.shipote.card.wire.CommandCalls.StopCommandOut;
import io.shipote.card.wire.CommandCalls.WaitIn;
import io.shipote.card.wire.CommandCalls.WaitOut;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What can be done with commands. A target is an id, a name or the beginning of an id; names are looked up in the workspace.
 *
 * <p>For any thread. Every method may throw {@link io.shipote.card.wire.ShipoteException}, the daemon's answer, and
 * {@link ConnectionException}, when there was none; a future fails with the same.
 */
public final class Commands {
    private final Calls calls;

    Commands(Calls calls) {
        this.calls = calls;
    }

    /** Starts a command. */
    public RunOut run(RunIn in) {
        return calls.call(in, RunOut.class);
    }

    /**
     * Starts a command that reads what is written to the stream. Its input ends with {@link Duplex#end}, or when the stream
     * or the daemon is gone; the daemon's own end comes when everything has been read or the command reads no more.
     */
    public Upgraded<RunOut> runWithInput(RunIn in) {
        return calls.upgrade(in, RunOut.class);
    }

    /** {@link #run} without waiting. */
    public CompletableFuture<RunOut> runAsync(RunIn in) {
        return calls.async(in, RunOut.class);
    }

    /** One page; {@code next} is where the following one begins. */
    public ListCommandsOut list(ListCommandsIn in) {
        return calls.call(in, ListCommandsOut.class);
    }

    /** {@link #list} without waiting. */
    public CompletableFuture<ListCommandsOut> listAsync(ListCommandsIn in) {
        return calls.async(in, ListCommandsOut.class);
    }

    /** Starts a command with defaults, as far as its spec can be applied. */
    public RunOut run(String workspace, ObjectNode spec) {
        return run(new RunIn(workspace, spec, Optional.empty(), Optional.empty(), Optional.empty()));
    }

    /** All about one. */
    public ShowCommandOut show(String target, Optional<String> workspace) {
        return calls.call(new ShowCommandIn(target, workspace), ShowCommandOut.class);
    }

    /** The same, with what else can be asked for. */
    public ShowCommandOut show(ShowCommandIn in) {
        return calls.call(in, ShowCommandOut.class);
    }

    /** {@link #show(ShowCommandIn)} without waiting. */
    public CompletableFuture<ShowCommandOut> showAsync(ShowCommandIn in) {
        return calls.async(in, ShowCommandOut.class);
    }

    /** {@link #show} without waiting. */
    public CompletableFuture<ShowCommandOut> showAsync(String target, Optional<String> workspace) {
        return calls.async(new ShowCommandIn(target, workspace), ShowCommandOut.class);
    }

    /** Starts a stored command that does not run. */
    public StartCommandOut start(String target, Optional<String> workspace) {
        return calls.call(new StartCommandIn(target, workspace), StartCommandOut.class);
    }

    /** {@link #start} without waiting. */
    public CompletableFuture<StartCommandOut> startAsync(String target, Optional<String> workspace) {
        return calls.async(new StartCommandIn(target, workspace), StartCommandOut.class);
    }

    /** Stops a command for good. */
    public StopCommandOut stop(String target, Optional<String> workspace, Optional<Long> graceMs) {
        return calls.call(new StopCommandIn(target, workspace, graceMs), StopCommandOut.class);
    }

    /** {@link #stop} without waiting. */
    public CompletableFuture<StopCommandOut> stopAsync(
            String target, Optional<String> workspace, Optional<Long> graceMs) {
        return calls.async(new StopCommandIn(target, workspace, graceMs), StopCommandOut.class);
    }

    /** Stops a stored command and starts it again. */
    public RestartCommandOut restart(String target, Optional<String> workspace, Optional<Long> graceMs) {
        return calls.call(new RestartCommandIn(target, workspace, graceMs), RestartCommandOut.class);
    }

    /** {@link #restart} without waiting. */
    public CompletableFuture<RestartCommandOut> restartAsync(
            String target, Optional<String> workspace, Optional<Long> graceMs) {
        return calls.async(new RestartCommandIn(target, workspace, graceMs), RestartCommandOut.class);
    }

    /** Removes a command with its runs and logs. */
    public RemoveCommandOut remove(String target, Optional<String> workspace) {
        return calls.call(new RemoveCommandIn(target, workspace), RemoveCommandOut.class);
    }

    /** {@link #remove} without waiting. */
    public CompletableFuture<RemoveCommandOut> removeAsync(String target, Optional<String> workspace) {
        return calls.async(new RemoveCommandIn(target, workspace), RemoveCommandOut.class);
    }

    /** Empties its log files. */
    public FlushCommandOut flush(String target, Optional<String> workspace) {
        return calls.call(new FlushCommandIn(target, workspace), FlushCommandOut.class);
    }

    /** {@link #flush} without waiting. */
    public CompletableFuture<FlushCommandOut> flushAsync(String target, Optional<String> workspace) {
        return calls.async(new FlushCommandIn(target, workspace), FlushCommandOut.class);
    }

    /** Waits until a command or pipeline has ended for good; there is no time limit. */
    public WaitOut await(String target, Optional<String> workspace) {
        return calls.call(new WaitIn(target, workspace), WaitOut.class);
    }

    /** {@link #await} without waiting. */
    public CompletableFuture<WaitOut> awaitAsync(String target, Optional<String> workspace) {
        return calls.async(new WaitIn(target, workspace), WaitOut.class);
    }

    /** Freezes a command or pipeline until it is resumed; the reply tells how. */
    public PauseOut pause(String target, Optional<String> workspace) {
        return calls.call(new PauseIn(target, workspace), PauseOut.class);
    }

    /** {@link #pause} without waiting. */
    public CompletableFuture<PauseOut> pauseAsync(String target, Optional<String> workspace) {
        return calls.async(new PauseIn(target, workspace), PauseOut.class);
    }

    /** Lets a paused command or pipeline go on. */
    public ResumeOut resume(String target, Optional<String> workspace) {
        return calls.call(new ResumeIn(target, workspace), ResumeOut.class);
    }

    /** {@link #resume} without waiting. */
    public CompletableFuture<ResumeOut> resumeAsync(String target, Optional<String> workspace) {
        return calls.async(new ResumeIn(target, workspace), ResumeOut.class);
    }

    /** Sends a signal, by name or number, to every process of a command or pipeline. */
    public KillOut kill(String target, Optional<String> workspace, String signal) {
        return calls.call(new KillIn(target, workspace, signal), KillOut.class);
    }

    /** Does a restart of a command or pipeline now that is due later. */
    public RetryNowOut retryNow(String target, Optional<String> workspace) {
        return calls.call(new RetryNowIn(target, workspace), RetryNowOut.class);
    }

    /** {@link #retryNow} without waiting. */
    public CompletableFuture<RetryNowOut> retryNowAsync(String target, Optional<String> workspace) {
        return calls.async(new RetryNowIn(target, workspace), RetryNowOut.class);
    }

    /** {@link #kill} without waiting. */
    public CompletableFuture<KillOut> killAsync(String target, Optional<String> workspace, String signal) {
        return calls.async(new KillIn(target, workspace, signal), KillOut.class);
    }

    /** What a command or pipeline has written: the first 256 KiB at most; see {@link #followLogs} for all. */
    public LogsOut logs(LogsIn in) {
        return calls.call(in, LogsOut.class);
    }

    /** {@link #logs} without waiting. */
    public CompletableFuture<LogsOut> logsAsync(LogsIn in) {
        return calls.async(in, LogsOut.class);
    }

    /** All that was written and, if asked to follow, what is written later, until its end or until it is closed. */
    public Subscription followLogs(LogsIn in, Consumer<LogsOut> each) {
        return calls.subscribe(in, LogsOut.class, each);
    }
}
