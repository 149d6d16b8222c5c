package io.shipote.daemon.it;

import io.shipote.card.CommandRef;
import io.shipote.card.Edge;
import io.shipote.card.PipelineSpec;
import io.shipote.card.WorkspaceId;
import io.shipote.card.wire.CommandCalls.RunIn;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.PipelineCalls.RunPipelineIn;
import io.shipote.card.wire.PipelineCalls.RunPipelineOut;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.card.wire.StageStarted;
import io.shipote.client.Shipote;
import io.shipote.daemon.it.ChaosStep.Kind;
import io.shipote.daemon.it.ChaosWorld.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What a client may do with the commands and pipelines of one workspace. */
final class ChaosJobs {
    /** What the labels of pipelines begin with. */
    static final String PIPELINE = "pipe-";

    private static final Optional<String> ANY = Optional.empty();
    private static final List<RestartPolicy.Policy> POLICIES =
            List.of(RestartPolicy.Policy.ALWAYS, RestartPolicy.Policy.ON_FAILURE, RestartPolicy.Policy.NEVER);
    private static final Set<ErrorCode> EXPIRED = Set.of(ErrorCode.NOT_FOUND, ErrorCode.WRONG_STATE);

    private final ChaosWorld world;
    private final Shipote daemon;
    private final String space;

    ChaosJobs(ChaosWorld world, Shipote daemon, String space) {
        this.world = world;
        this.daemon = daemon;
        this.space = space;
    }

    private ChaosWorld with(String label, Job job) {
        return world.job(space, label, job);
    }

    private String workspace() {
        return world.spaces().get(space).id().orElseThrow();
    }

    /** @param policy an index of all there are */
    ChaosStep run(String label, int policy) {
        RestartPolicy restart = new RestartPolicy(
                POLICIES.get(policy), Optional.of(0L), Optional.of(50L), Optional.empty(), Optional.empty());
        RunIn in = new RunIn(
                workspace(),
                CommandRef.nativeCommand(label, "sleep", List.of("900")).encode(),
                Optional.of(label),
                Optional.of(restart),
                Optional.empty());
        Job job = Job.made(restart.policy() != RestartPolicy.Policy.NEVER);
        return ChaosStep.of(Kind.LAUNCH, "run " + label, with(label, job), () -> {
            RunOut out = daemon.commands().run(in);
            return with(
                    label,
                    job.withProcesses(out.id(), Optional.of(List.of(out.pid())), Optional.of(List.of(out.run()))));
        });
    }

    /** It may have ended meanwhile, and then this is refused. */
    ChaosStep runInMortal(String label) {
        ChaosStep run = run(label, 0);
        return new ChaosStep(run.kind(), run.what() + " in " + space, run.after(), () -> {
            try {
                return run.call().get();
            } catch (ShipoteException e) {
                if (EXPIRED.contains(e.code())) {
                    return world.without(space);
                }
                throw e;
            }
        });
    }

    /**
     * A source, and one consumer by a kernel pipe or two consumers by pumps. An unsupervised one whose start is
     * cut short is ended.
     */
    ChaosStep runPipeline(String label, boolean fanOut, boolean supervised) {
        List<CommandRef> stages = new ArrayList<>(List.of(
                CommandRef.nativeCommand("source", "sleep", List.of("900")),
                CommandRef.nativeCommand("sink", "cat", List.of())));
        List<Edge> edges = new ArrayList<>(List.of(Edge.of(0, 1)));
        if (fanOut) {
            stages.add(CommandRef.nativeCommand("other", "cat", List.of()));
            edges.add(Edge.of(0, 2));
        }
        PipelineSpec plain = PipelineSpec.of(label, WorkspaceId.parse(workspace()), stages, edges);
        RunPipelineIn in = new RunPipelineIn(
                (supervised ? Specs.supervised(plain) : plain).encode(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Job job = Job.made(supervised);
        List<ChaosWorld> after = new ArrayList<>(List.of(with(label, job)));
        if (!supervised) {
            after.add(with(label, job.stopped()));
        }
        String what = "pipeline " + label + (supervised ? ", supervised" : "") + (fanOut ? ", pumped" : "");
        return new ChaosStep(Kind.LAUNCH, what, after, () -> {
            RunPipelineOut out = daemon.pipelines().run(in);
            List<Long> pids = out.stages().stream().map(StageStarted::pid).toList();
            return with(label, job.withProcesses(out.id(), Optional.of(pids), Optional.empty()));
        });
    }

    /** All but pipelines that have ended, which stay until their workspace is deleted. */
    List<String> changeable() {
        return world.spaces().get(space).jobs().entrySet().stream()
                .filter(job -> job.getValue().live() || !job.getKey().startsWith(PIPELINE))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** @param label one of {@link #changeable()} */
    ChaosStep change(String label, int dice) {
        Job job = world.spaces().get(space).jobs().get(label);
        String id = job.id().orElseThrow();
        if (label.startsWith(PIPELINE)) {
            return step(Kind.END, "stop ", label, job.stopped(), () -> daemon.pipelines()
                    .stop(id, ANY, Optional.empty()));
        }
        if (job.state() == Job.State.PAUSED) {
            return dice < 70
                    ? step(Kind.PAUSE, "resume ", label, job.withState(Job.State.UP), () -> daemon.commands()
                            .resume(id, ANY))
                    : stop(label, job, id);
        }
        if (job.state() == Job.State.UP) {
            if (dice < 15) {
                return step(Kind.PAUSE, "pause ", label, job.withState(Job.State.PAUSED), () -> daemon.commands()
                        .pause(id, ANY));
            }
            return dice < 60
                    ? again("restart ", label, job, () -> daemon.commands()
                            .restart(id, ANY, Optional.empty())
                            .pid())
                    : stop(label, job, id);
        }
        return dice < 60
                ? again("start ", label, job, () -> daemon.commands()
                        .start(id, ANY)
                        .pid())
                : remove(label, id);
    }

    private ChaosStep step(Kind kind, String verb, String label, Job after, Runnable call) {
        return ChaosStep.of(kind, verb + label, with(label, after), () -> {
            call.run();
            return with(label, after);
        });
    }

    private ChaosStep stop(String label, Job job, String id) {
        return step(
                Kind.END, "stop ", label, job.stopped(), () -> daemon.commands().stop(id, ANY, Optional.empty()));
    }

    private ChaosStep again(String verb, String label, Job job, Supplier<Optional<Long>> call) {
        return ChaosStep.of(Kind.LAUNCH, verb + label, with(label, job.startedAnew()), () -> {
            Optional<List<Long>> pids = call.get().map(List::of);
            return with(label, new Job(job.id(), Job.State.UP, job.again(), pids, Optional.empty(), Optional.empty()));
        });
    }

    private ChaosStep remove(String label, String id) {
        ChaosWorld gone = world.withoutJob(space, label);
        return ChaosStep.of(Kind.OTHER, "remove " + label, gone, () -> {
            daemon.commands().remove(id, ANY);
            return gone;
        });
    }
}
