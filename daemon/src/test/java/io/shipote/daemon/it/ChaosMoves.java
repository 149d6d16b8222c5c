package io.shipote.daemon.it;

import io.shipote.card.CommandRef;
import io.shipote.card.PipelineSpec;
import io.shipote.card.U64;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.PipelineCalls.SavePipelineIn;
import io.shipote.client.Shipote;
import io.shipote.daemon.it.ChaosStep.Kind;
import io.shipote.daemon.it.ChaosWorld.Job;
import io.shipote.daemon.it.ChaosWorld.Space;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** Throws the dice for what a client does next; workspaces and saved pipelines. */
final class ChaosMoves {
    private static final int SPACES = 3;
    private static final int JOBS = 3;
    private static final int SAVED = 3;
    private static final int TTL_MS = 4_000;

    private final String prefix;
    private final SplittableRandom random;
    private int made;

    ChaosMoves(String prefix, SplittableRandom random) {
        this.prefix = prefix;
        this.random = random;
    }

    ChaosStep next(ChaosWorld world, Shipote daemon) {
        List<String> lasting = world.spaces().entrySet().stream()
                .filter(space -> !space.getValue().mortal())
                .map(Map.Entry::getKey)
                .toList();
        int dice = random.nextInt(100);
        if (lasting.isEmpty() || dice < 6 && lasting.size() < SPACES) {
            return create(world, daemon, Long.MAX_VALUE);
        }
        if (dice < 9 && world.spaces().size() == lasting.size()) {
            return create(world, daemon, random.nextInt(TTL_MS));
        }
        if (dice < 14) {
            return ChaosStep.of(Kind.FOLD, "snapshot", world, () -> {
                daemon.saveSnapshot();
                return world;
            });
        }
        if (dice < 22) {
            return save(world, daemon, any(lasting));
        }
        if (dice < 25 && !world.saved().isEmpty()) {
            return drop(world, daemon);
        }
        String space = dice < 30 ? any(List.copyOf(world.spaces().keySet())) : any(lasting);
        return world.spaces().get(space).mortal()
                ? new ChaosJobs(world, daemon, space).runInMortal(fresh())
                : inside(world, daemon, space);
    }

    private ChaosStep inside(ChaosWorld world, Shipote daemon, String label) {
        Space space = world.spaces().get(label);
        int dice = random.nextInt(100);
        if (dice < 5) {
            return delete(world, daemon, label);
        }
        if (space.paused()) {
            return pause(world, daemon, label, false);
        }
        boolean still = space.jobs().values().stream().anyMatch(job -> job.state() == Job.State.PAUSED);
        if (dice < 12 && !still) {
            return pause(world, daemon, label, true);
        }
        ChaosJobs jobs = new ChaosJobs(world, daemon, label);
        if (space.jobs().isEmpty() || dice < 45 && space.jobs().size() < JOBS) {
            return random.nextInt(3) == 0
                    ? jobs.runPipeline(ChaosJobs.PIPELINE + fresh(), random.nextBoolean(), random.nextBoolean())
                    : jobs.run(fresh(), random.nextInt(3));
        }
        List<String> open = jobs.changeable();
        return open.isEmpty() ? delete(world, daemon, label) : jobs.change(any(open), random.nextInt(100));
    }

    private String any(List<String> all) {
        return all.get(random.nextInt(all.size()));
    }

    private String fresh() {
        return prefix + made++;
    }

    /** @param ttlMs {@link Long#MAX_VALUE} for none */
    private ChaosStep create(ChaosWorld world, Shipote daemon, long ttlMs) {
        String label = fresh();
        boolean mortal = ttlMs != Long.MAX_VALUE;
        // The daemon's is a moment later.
        long until = mortal ? System.currentTimeMillis() + ttlMs : Long.MAX_VALUE;
        WorkspaceSpec spec = WorkspaceSpec.of(label).withTtlMs(mortal ? Optional.of(U64.of(ttlMs)) : Optional.empty());
        Space space = new Space(Optional.empty(), false, until, Map.of());
        String what = "create " + label + (mortal ? " for " + ttlMs + " ms" : "");
        return ChaosStep.of(Kind.OTHER, what, world.with(label, space), () -> {
            String id = daemon.workspaces().create(spec).id();
            return world.with(label, space.withId(id));
        });
    }

    private static ChaosStep delete(ChaosWorld world, Shipote daemon, String label) {
        String id = world.spaces().get(label).id().orElseThrow();
        return ChaosStep.of(Kind.END, "delete " + label, world.without(label), () -> {
            daemon.workspaces().delete(id, Optional.empty());
            return world.without(label);
        });
    }

    private static ChaosStep pause(ChaosWorld world, Shipote daemon, String label, boolean pause) {
        String id = world.spaces().get(label).id().orElseThrow();
        ChaosWorld after = world.in(label, space -> space.withPaused(pause));
        return ChaosStep.of(Kind.PAUSE, (pause ? "pause " : "resume ") + label, after, () -> {
            if (pause) {
                daemon.workspaces().pause(id);
            } else {
                daemon.workspaces().resume(id);
            }
            return after;
        });
    }

    private ChaosStep save(ChaosWorld world, Shipote daemon, String space) {
        boolean another = world.saved().isEmpty() || world.saved().size() < SAVED && random.nextBoolean();
        String name = another ? fresh() : any(List.copyOf(world.saved().keySet()));
        long version = world.saved().getOrDefault(name, 0L) + 1;
        WorkspaceId id = WorkspaceId.parse(world.spaces().get(space).id().orElseThrow());
        PipelineSpec spec = PipelineSpec.of(
                name, id, List.of(CommandRef.nativeCommand("v" + version, "true", List.of())), List.of());
        SavePipelineIn in = new SavePipelineIn(name, spec.encode(), Optional.empty(), Optional.of(true));
        return ChaosStep.of(Kind.OTHER, "save " + name, world.withSaved(name, version), () -> {
            long got = daemon.pipelines().save(in).version().orElseThrow();
            return world.withSaved(name, got);
        });
    }

    private ChaosStep drop(ChaosWorld world, Shipote daemon) {
        String name = any(List.copyOf(world.saved().keySet()));
        return ChaosStep.of(Kind.OTHER, "drop " + name, world.withoutSaved(name), () -> {
            daemon.pipelines().dropSaved(name);
            return world.withoutSaved(name);
        });
    }
}
