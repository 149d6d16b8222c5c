package io.shipote.pipeline;

import io.shipote.card.PipelineSpec;
import io.shipote.card.Problems;
import io.shipote.card.Template;
import io.shipote.card.snapshot.LivePipeline;
import io.shipote.card.wire.Applied;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.WorkspaceStatus;
import io.shipote.core.Answer;
import io.shipote.core.Argv;
import io.shipote.core.EndedBy;
import io.shipote.core.Host;
import io.shipote.core.Intents;
import io.shipote.core.Loop;
import io.shipote.core.Targets;
import io.shipote.core.Workspace;
import io.shipote.core.Workspaces;
import io.shipote.core.store.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What clients do with pipelines; what is wanted is on disk before it happens. Confined to the loop thread. */
public final class Pipelines {
    /** Default time between SIGTERM and SIGKILL. */
    public static final Duration GRACE = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Pipelines.class);
    private static final Targets<Pipeline> TARGETS = new Targets<>(
            "pipeline", Pipeline::id, Pipeline::label, one -> one.state().live());

    private final Host host;
    private final Loop pumpLoop;
    private final Judge judge;
    private final Intents intents;
    private final Workspaces workspaces;
    private final SavedPipelines saved;
    private final Map<String, String> liveKeys = new HashMap<>();
    /** The ids of those that are about to be started. */
    private final Set<String> coming = new HashSet<>();

    /** @param judge tells what goes through edges */
    public Pipelines(Host host, Loop pumpLoop, Judge judge, Intents intents, Workspaces workspaces) {
        this.host = host;
        this.pumpLoop = pumpLoop;
        this.judge = judge;
        this.intents = intents;
        this.workspaces = workspaces;
        this.saved = new SavedPipelines(host, intents);
    }

    /** A pipeline that runs, and what is to be said of its spec. */
    public record Started(Pipeline pipeline, List<Applied> applied) {}

    /** The id under which a live pipeline of the snapshot is stored; empty if another program wrote the entry. */
    public static Optional<String> liveKey(LivePipeline entry) {
        return PipelineCard.key(entry);
    }

    /** Everything that is wrong with a spec that is to be run. */
    static Problems problems(PipelineSpec spec) {
        Problems problems = new Problems();
        spec.check(problems);
        return problems;
    }

    /**
     * Refuses what cannot be run, before anything is begun.
     *
     * @throws ShipoteException NOT_RUNNABLE if no host could start a stage of it, else INVALID_SPEC
     */
    public static void require(PipelineSpec spec) {
        spec.nodes().forEach(Argv::of);
        problems(spec).throwIfAny("pipeline");
    }

    /** Starts a pipeline: the answer comes when all its stages run, or when none does. */
    public void run(
            Workspace workspace, PipelineSpec asked, boolean tap, Map<String, String> vars, Answer<Started> answer) {
        Template.Expanded expanded = Template.expand(asked, vars);
        PipelineSpec spec = expanded.spec();
        require(spec);
        if (workspace.full()) {
            throw new ShipoteException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "workspace '" + workspace.label() + "' holds " + Workspace.MAX_JOBS + " jobs already",
                    Map.of("limit", "jobs", "value", Workspace.MAX_JOBS));
        }
        boolean woken = workspaces.activate(workspace);
        List<Applied> applied = new ArrayList<>();
        expanded.unresolved()
                .forEach(name -> applied.add(Applied.advisory("var " + name, "left as it is: no value was given")));
        if (Wiring.of(spec, tap).rateNotKept()) {
            applied.add(Applied.advisory(
                    "discern.max_bytes_per_sec",
                    "only fan-outs and tapped edges keep a rate (--tap), and not where several edges enter one input"));
        }
        Pipeline pipeline = add(workspace, PipelineCard.of(host.ids(), spec, tap));
        coming.add(pipeline.id());
        Runnable begin = () -> begin(pipeline, answer.then(started -> answer.ok(new Started(started, applied))));
        Runnable declare = spec.restartOnFailure() ? () -> declare(pipeline, begin, answer) : begin;
        if (!woken) {
            declare.run();
            return;
        }
        intents.save(workspace, Answer.of(stored -> declare.run(), e -> {
            coming.remove(pipeline.id());
            workspace.remove(pipeline);
            workspaces.deactivate(workspace);
            answer.fail(e);
        }));
    }

    private void declare(Pipeline pipeline, Runnable begin, Answer<Started> answer) {
        if (!coming.contains(pipeline.id())) {
            answer.fail(stopped(pipeline));
            return;
        }
        liveKeys.put(pipeline.id(), pipeline.id());
        byte[] entry = pipeline.card().live().encode();
        intents.put(Section.LIVE_PIPELINES, pipeline.id(), entry, Answer.of(stored -> begin.run(), e -> {
            coming.remove(pipeline.id());
            liveKeys.remove(pipeline.id());
            pipeline.workspace().remove(pipeline);
            answer.fail(e);
        }));
    }

    private Pipeline add(Workspace workspace, PipelineCard card) {
        Pipeline pipeline = new Pipeline(
                host, pumpLoop, judge, workspace, card, () -> unlive(card.id().text()));
        workspace.add(pipeline);
        return pipeline;
    }

    private void begin(Pipeline pipeline, Answer<Pipeline> answer) {
        Workspace workspace = pipeline.workspace();
        workspaces.prepare(workspace, () -> {
            if (!coming.remove(pipeline.id())) {
                refuse(pipeline, stopped(pipeline), answer);
                return;
            }
            if (workspaces.leaving().isPresent()) {
                refuse(pipeline, workspaces.leaving().get(), answer);
                return;
            }
            boolean paused = workspace.paused().isPresent();
            if (!workspace.holds(pipeline) || workspace.state() != WorkspaceStatus.State.ACTIVE || paused) {
                ShipoteException cause = new ShipoteException(
                        ErrorCode.WRONG_STATE,
                        "workspace '" + workspace.label() + "' was " + (paused ? "paused" : "stopped")
                                + " before the pipeline was started",
                        Map.of(
                                "id",
                                workspace.id().text(),
                                "state",
                                workspace.state().word()));
                refuse(pipeline, cause, answer);
                return;
            }
            pipeline.start(failure -> {
                if (failure.isEmpty()) {
                    answer.ok(pipeline);
                    return;
                }
                // A client that is told so at once need not find it in the list, unless it will be tried again.
                if (pipeline.state().live()) {
                    answer.fail(failure.get());
                } else {
                    refuse(pipeline, failure.get(), answer);
                }
            });
        });
    }

    private static ShipoteException stopped(Pipeline pipeline) {
        return new ShipoteException(
                ErrorCode.WRONG_STATE,
                "pipeline '" + pipeline.label() + "' was stopped before it was started",
                Map.of("id", pipeline.id(), "state", pipeline.state().word()));
    }

    /** Answered when nothing would bring it back: who is refused has nothing to look after. */
    private void refuse(Pipeline pipeline, ShipoteException cause, Answer<Pipeline> answer) {
        pipeline.workspace().remove(pipeline);
        if (!pipeline.spec().restartOnFailure()) {
            answer.fail(cause);
            return;
        }
        liveKeys.remove(pipeline.id());
        intents.remove(Section.LIVE_PIPELINES, pipeline.id(), Answer.of(gone -> answer.fail(cause), e -> {
            wouldComeBack(pipeline.id(), e);
            answer.fail(cause);
        }));
    }

    /** It has ended for good: nothing brings it back at the next start. */
    private void unlive(String id) {
        String key = liveKeys.remove(id);
        if (key != null) {
            intents.remove(Section.LIVE_PIPELINES, key, Answer.of(done -> {}, e -> wouldComeBack(id, e)));
        }
    }

    private static void wouldComeBack(String id, ShipoteException cause) {
        LOG.error("pipeline {} would come back: {}", id, cause.getMessage());
    }

    /** Ends a pipeline for good; the wish is on disk before the first signal. */
    public void stop(Pipeline pipeline, EndedBy by, Duration grace, Answer<Long> answer) {
        if (coming.remove(pipeline.id())) {
            // Whoever starts it finds that it is not to be any more.
            pipeline.workspace().remove(pipeline);
        }
        long alive = pipeline.liveRuns().size();
        Runnable signal = () -> pipeline.stop(by, grace, () -> answer.ok(alive));
        String key = liveKeys.get(pipeline.id());
        if (key == null) {
            signal.run();
            return;
        }
        intents.remove(Section.LIVE_PIPELINES, key, answer.then(removed -> {
            liveKeys.remove(pipeline.id());
            signal.run();
        }));
    }

    /** Finds a pipeline by id or label, in one workspace or in all. */
    public Pipeline get(String target, Optional<String> workspace) {
        return TARGETS.find(target, list(workspace.map(workspaces::get)));
    }

    /** All pipelines, or those of one workspace. */
    public List<Pipeline> list(Optional<Workspace> only) {
        Collection<Workspace> among = only.isPresent() ? List.of(only.get()) : workspaces.all();
        List<Pipeline> found = new ArrayList<>();
        for (Workspace workspace : among) {
            for (var job : workspace.jobs()) {
                if (job instanceof Pipeline pipeline) {
                    found.add(pipeline);
                }
            }
        }
        return found;
    }

    /** Those that are saved under a name. */
    public SavedPipelines saved() {
        return saved;
    }

    /** Takes a pipeline of the snapshot or of the run records over; nothing is started yet. */
    Pipeline restored(Workspace workspace, PipelineCard card, Optional<String> liveKey) {
        liveKey.ifPresent(key -> liveKeys.put(card.id().text(), key));
        return add(workspace, card);
    }

    /** One that runs under supervision, and that the snapshot does not have: from now on it has. */
    Pipeline declaredAgain(Workspace workspace, PipelineCard card) {
        String id = card.id().text();
        intents.put(
                Section.LIVE_PIPELINES,
                id,
                card.live().encode(),
                Answer.of(
                        stored -> {},
                        e -> LOG.error("pipeline {} would be ended by the next daemon: {}", id, e.getMessage())));
        return restored(workspace, card, Optional.of(id));
    }
}
