package io.shipote.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.wire.EdgeLook;
import io.shipote.card.wire.FlowCalls.ListFlowsIn;
import io.shipote.card.wire.FlowCalls.ListFlowsOut;
import io.shipote.card.wire.FlowCalls.TapPipelineIn;
import io.shipote.card.wire.FlowCalls.TapPipelineOut;
import io.shipote.card.wire.PipelineCalls.CheckPipelineIn;
import io.shipote.card.wire.PipelineCalls.CheckPipelineOut;
import io.shipote.card.wire.PipelineCalls.DropSavedPipelineIn;
import io.shipote.card.wire.PipelineCalls.DropSavedPipelineOut;
import io.shipote.card.wire.PipelineCalls.ListPipelinesIn;
import io.shipote.card.wire.PipelineCalls.ListPipelinesOut;
import io.shipote.card.wire.PipelineCalls.ListSavedPipelinesIn;
import io.shipote.card.wire.PipelineCalls.ListSavedPipelinesOut;
import io.shipote.card.wire.PipelineCalls.RunPipelineIn;
import io.shipote.card.wire.PipelineCalls.RunPipelineOut;
import io.shipote.card.wire.PipelineCalls.RunSavedPipelineIn;
import io.shipote.card.wire.PipelineCalls.RunSavedPipelineOut;
import io.shipote.card.wire.PipelineCalls.SavePipelineIn;
import io.shipote.card.wire.PipelineCalls.SavePipelineOut;
import io.shipote.card.wire.PipelineCalls.ShowPipelineIn;
import io.shipote.card.wire.PipelineCalls.ShowPipelineOut;
import io.shipote.card.wire.PipelineCalls.ShowSavedPipelineIn;
import io.shipote.card.wire.PipelineCalls.ShowSavedPipelineOut;
import io.shipote.card.wire.PipelineCalls.StopPipelineIn;
import io.shipote.card.wire.PipelineCalls.StopPipelineOut;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What can be done with pipelines. A target is an id, a label or the beginning of an id.
 *
 * <p>For any thread. Every method may throw {@link io.shipote.card.wire.ShipoteException}, the daemon's answer, and
 * {@link ConnectionException}, when there was none; a future fails with the same.
 */
public final class Pipelines {
    private final Calls calls;

    Pipelines(Calls calls) {
        this.calls = calls;
    }

    /** Starts a pipeline. */
    public RunPipelineOut run(RunPipelineIn in) {
        return calls.call(in, RunPipelineOut.class);
    }

    /** {@link #run} without waiting. */
    public CompletableFuture<RunPipelineOut> runAsync(RunPipelineIn in) {
        return calls.async(in, RunPipelineOut.class);
    }

    /** One page; {@code next} is where the following one begins. */
    public ListPipelinesOut list(ListPipelinesIn in) {
        return calls.call(in, ListPipelinesOut.class);
    }

    /** {@link #list} without waiting. */
    public CompletableFuture<ListPipelinesOut> listAsync(ListPipelinesIn in) {
        return calls.async(in, ListPipelinesOut.class);
    }

    /** All about one. */
    public ShowPipelineOut show(String target, Optional<String> workspace) {
        return calls.call(new ShowPipelineIn(target, workspace, Optional.empty()), ShowPipelineOut.class);
    }

    /** {@link #show} without waiting. */
    public CompletableFuture<ShowPipelineOut> showAsync(String target, Optional<String> workspace) {
        return calls.async(new ShowPipelineIn(target, workspace, Optional.empty()), ShowPipelineOut.class);
    }

    /** All about one, with what the bytes of its edges seem to be. */
    public ShowPipelineOut discern(String target, Optional<String> workspace, EdgeLook look) {
        return calls.call(new ShowPipelineIn(target, workspace, Optional.of(look)), ShowPipelineOut.class);
    }

    /** {@link #discern} without waiting. */
    public CompletableFuture<ShowPipelineOut> discernAsync(String target, Optional<String> workspace, EdgeLook look) {
        return calls.async(new ShowPipelineIn(target, workspace, Optional.of(look)), ShowPipelineOut.class);
    }

    /** Stops a pipeline for good. */
    public StopPipelineOut stop(String target, Optional<String> workspace, Optional<Long> graceMs) {
        return calls.call(new StopPipelineIn(target, workspace, graceMs), StopPipelineOut.class);
    }

    /** {@link #stop} without waiting. */
    public CompletableFuture<StopPipelineOut> stopAsync(
            String target, Optional<String> workspace, Optional<Long> graceMs) {
        return calls.async(new StopPipelineIn(target, workspace, graceMs), StopPipelineOut.class);
    }

    /** All that is wrong with a spec. */
    public CheckPipelineOut check(ObjectNode spec) {
        return calls.call(new CheckPipelineIn(spec), CheckPipelineOut.class);
    }

    /** {@link #check} without waiting. */
    public CompletableFuture<CheckPipelineOut> checkAsync(ObjectNode spec) {
        return calls.async(new CheckPipelineIn(spec), CheckPipelineOut.class);
    }

    /** Keeps a spec under a name. */
    public SavePipelineOut save(SavePipelineIn in) {
        return calls.call(in, SavePipelineOut.class);
    }

    /** {@link #save} without waiting. */
    public CompletableFuture<SavePipelineOut> saveAsync(SavePipelineIn in) {
        return calls.async(in, SavePipelineOut.class);
    }

    /** One page of names. */
    public ListSavedPipelinesOut listSaved(Optional<String> after, Optional<Long> limit) {
        return calls.call(new ListSavedPipelinesIn(after, limit), ListSavedPipelinesOut.class);
    }

    /** {@link #listSaved} without waiting. */
    public CompletableFuture<ListSavedPipelinesOut> listSavedAsync(Optional<String> after, Optional<Long> limit) {
        return calls.async(new ListSavedPipelinesIn(after, limit), ListSavedPipelinesOut.class);
    }

    /** All about one, with what else can be asked for. */
    public ShowPipelineOut show(ShowPipelineIn in) {
        return calls.call(in, ShowPipelineOut.class);
    }

    /** {@link #show(ShowPipelineIn)} without waiting. */
    public CompletableFuture<ShowPipelineOut> showAsync(ShowPipelineIn in) {
        return calls.async(in, ShowPipelineOut.class);
    }

    /** A saved spec, with what else can be asked for. */
    public ShowSavedPipelineOut showSaved(ShowSavedPipelineIn in) {
        return calls.call(in, ShowSavedPipelineOut.class);
    }

    /** {@link #showSaved(ShowSavedPipelineIn)} without waiting. */
    public CompletableFuture<ShowSavedPipelineOut> showSavedAsync(ShowSavedPipelineIn in) {
        return calls.async(in, ShowSavedPipelineOut.class);
    }

    /** A saved spec. */
    public ShowSavedPipelineOut showSaved(String name) {
        return calls.call(new ShowSavedPipelineIn(name, Optional.empty()), ShowSavedPipelineOut.class);
    }

    /** {@link #showSaved} without waiting. */
    public CompletableFuture<ShowSavedPipelineOut> showSavedAsync(String name) {
        return calls.async(new ShowSavedPipelineIn(name, Optional.empty()), ShowSavedPipelineOut.class);
    }

    /** An older version of a saved spec. */
    public ShowSavedPipelineOut showSaved(String name, long version) {
        return calls.call(new ShowSavedPipelineIn(name, Optional.of(version)), ShowSavedPipelineOut.class);
    }

    /** {@link #showSaved(String, long)} without waiting. */
    public CompletableFuture<ShowSavedPipelineOut> showSavedAsync(String name, long version) {
        return calls.async(new ShowSavedPipelineIn(name, Optional.of(version)), ShowSavedPipelineOut.class);
    }

    /** Forgets a saved spec. */
    public DropSavedPipelineOut dropSaved(String name) {
        return calls.call(new DropSavedPipelineIn(name), DropSavedPipelineOut.class);
    }

    /** {@link #dropSaved} without waiting. */
    public CompletableFuture<DropSavedPipelineOut> dropSavedAsync(String name) {
        return calls.async(new DropSavedPipelineIn(name), DropSavedPipelineOut.class);
    }

    /** Starts a saved pipeline. */
    public RunSavedPipelineOut runSaved(RunSavedPipelineIn in) {
        return calls.call(in, RunSavedPipelineOut.class);
    }

    /** {@link #runSaved} without waiting. */
    public CompletableFuture<RunSavedPipelineOut> runSavedAsync(RunSavedPipelineIn in) {
        return calls.async(in, RunSavedPipelineOut.class);
    }

    /** What flows through the edges of live pipelines; one page. */
    public ListFlowsOut flows(ListFlowsIn in) {
        return calls.call(in, ListFlowsOut.class);
    }

    /** {@link #flows} without waiting. */
    public CompletableFuture<ListFlowsOut> flowsAsync(ListFlowsIn in) {
        return calls.async(in, ListFlowsOut.class);
    }

    /** The same page each second, until the one pipeline that is named has ended or it is closed. */
    public Subscription watchFlows(ListFlowsIn in, Consumer<ListFlowsOut> each) {
        return calls.subscribe(in, ListFlowsOut.class, each);
    }

    /**
     * The bytes of an edge as they go by. The stream ends with the edge; closing it only detaches. Who reads slowly gets
     * {@linkplain Frame.Gap gaps}.
     */
    public Upgraded<TapPipelineOut> tap(TapPipelineIn in) {
        return calls.upgrade(in, TapPipelineOut.class);
    }
}
