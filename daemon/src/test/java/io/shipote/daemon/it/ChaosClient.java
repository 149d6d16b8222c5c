package io.shipote.daemon.it;

import io.shipote.card.CommandRef;
import io.shipote.card.PipelineSpec;
import io.shipote.card.WorkspaceId;
import io.shipote.card.WorkspaceSpec;
import io.shipote.card.wire.CommandCalls.RunIn;
import io.shipote.card.wire.CommandCalls.RunOut;
import io.shipote.card.wire.ErrorCode;
import io.shipote.card.wire.PipelineCalls.SavePipelineIn;
import io.shipote.card.wire.RestartPolicy;
import io.shipote.card.wire.ShipoteException;
import io.shipote.client.ConnectionException;
import io.shipote.client.Shipote;
import io.shipote.daemon.it.ChaosWorld.Job;
import io.shipote.daemon.it.ChaosWorld.Space;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * A client that changes things without pause until its daemon is gone, and remembers what was acknowledged. It does one
 * thing at a time, so at most one is in doubt afterwards. One thread at a time.
 */
final class ChaosClient {
    private static final Optional<String> ANY = Optional.empty();
    private static final int SPACES = 3;
    private static final int JOBS = 3;
    private static final int SAVED = 3;

    private final String prefix;
    private final SplittableRandom random;
    private ChaosWorld world = ChaosWorld.EMPTY;
    private Optional<ChaosWorld> doubtful = Optional.empty();
    private String doing = "nothing";
    private int made;
    private Shipote daemon;

    ChaosClient(String prefix, long seed) {
        this.prefix = prefix;
        this.random = new SplittableRandom(seed);
    }

    /** One change: what is so if it was carried out, and the call, which tells it precisely. */
    private record Step(String what, ChaosWorld after, Supplier<ChaosWorld> call) {}

    /** What the labels and names of its things begin with. */
    String prefix() {
        return prefix;
    }

    /** What may be so now; the last is in doubt if there are two. */
    List<ChaosWorld> possible() {
        List<ChaosWorld> all = new ArrayList<>(List.of(world));
        doubtful.ifPresent(all::add);
        return all;
    }

    /** What it was doing last. */
    String doing() {
        return doing;
    }

    /** Settles what was in doubt. */
    void settle(ChaosWorld seen) {
        world = seen;
        doubtful = Optional.empty();
        doing = "nothing";
    }

    /** Works until the daemon is gone or refuses; {@code each} is asked after each acknowledged change whether to go on. */
    void work(Path socket, BooleanSupplier each) {
        try (Shipote connected = Shipote.connect(socket)) {
            daemon = connected;
            do {
                Step step = next();
                doing = step.what();
                doubtful = Optional.of(step.after());
                world = step.call().get();
                doubtful = Optional.empty();
            } while (each.getAsBoolean());
        } catch (ConnectionException gone) {
            doing += " (" + gone.getMessage() + ")";
        } catch (ShipoteException refused) {
            // A daemon that is stopping takes nothing new. What its store or its disk refuses may be the end of a
            // change
            // whose beginning was stored, as of a deletion: that stays in doubt, as does what an upgrade has cut short.
            if (refused.code() != ErrorCode.BUSY && refused.code() != ErrorCode.NOT_STORED) {
                throw refused;
            }
            if (refused.code() == ErrorCode.BUSY && !cutShort(refused)) {
                doubtful = Optional.empty();
            }
            doing += " (refused: " + refused.getMessage() + ")";
        }
    }

    private static boolean cutShort(ShipoteException refused) {
        String limit = String.valueOf(refused.fields().get("limit"));
        return limit.contains("interrupted") || limit.contains("stopping");
    }

    private Step next() {
        int dice = random.nextInt(100);
        if (world.spaces().isEmpty() || dice < 8 && world.spaces().size() < SPACES) {
            return create();
        }
        if (dice < 14) {
            return new Step("snapshot", world, () -> {
                daemon.saveSnapshot();
                return world;
            });
        }
        if (dice < 24) {
            return save();
        }
        if (dice < 28 && !world.saved().isEmpty()) {
            return drop();
        }
        String space = any(world.spaces());
        if (dice < 33) {
            return delete(space);
        }
        Map<String, Job> jobs = world.spaces().get(space).jobs();
        return jobs.isEmpty() || dice < 55 && jobs.size() < JOBS ? run(space) : change(space, any(jobs), dice);
    }

    private Step change(String space, String label, int dice) {
        Job job = world.spaces().get(space).jobs().get(label);
        if (!job.up()) {
            return dice < 75 ? start(space, label, job) : remove(space, label, job);
        }
        return dice < 75 ? restart(space, label, job) : stop(space, label, job);
    }

    private String any(Map<String, ?> map) {
        return List.copyOf(map.keySet()).get(random.nextInt(map.size()));
    }

    private String fresh() {
        return prefix + made++;
    }

    private Step create() {
        String label = fresh();
        return new Step("create " + label, world.with(label, new Space(Optional.empty(), Map.of())), () -> {
            String id = daemon.workspaces().create(WorkspaceSpec.of(label)).id();
            return world.with(label, new Space(Optional.of(id), Map.of()));
        });
    }

    private Step delete(String label) {
        String id = world.spaces().get(label).id().orElseThrow();
        return new Step("delete " + label, world.without(label), () -> {
            daemon.workspaces().delete(id, Optional.empty());
            return world.without(label);
        });
    }

    private Step run(String space) {
        String label = fresh();
        String id = world.spaces().get(space).id().orElseThrow();
        RestartPolicy always = new RestartPolicy(
                RestartPolicy.Policy.ALWAYS, Optional.of(0L), Optional.of(50L), Optional.empty(), Optional.empty());
        RunIn in = new RunIn(
                id,
                CommandRef.nativeCommand(label, "sleep", List.of("900")).encode(),
                Optional.of(label),
                Optional.of(always),
                Optional.empty());
        return new Step("run " + label, world.in(space, old -> old.with(label, Job.NEW)), () -> {
            RunOut out = daemon.commands().run(in);
            return world.in(
                    space,
                    old -> old.with(
                            label,
                            new Job(
                                    Optional.of(out.id()),
                                    true,
                                    Optional.of(out.run()),
                                    Optional.of(out.pid()),
                                    Optional.of(0L))));
        });
    }

    private Step stop(String space, String label, Job job) {
        return new Step("stop " + label, world.in(space, old -> old.with(label, job.down())), () -> {
            daemon.commands().stop(job.id().orElseThrow(), ANY, Optional.empty());
            return world.in(space, old -> old.with(label, job.down()));
        });
    }

    private Step start(String space, String label, Job job) {
        return new Step("start " + label, world.in(space, old -> old.with(label, job.startedAnew())), () -> {
            Optional<Long> pid =
                    daemon.commands().start(job.id().orElseThrow(), ANY).pid();
            return world.in(
                    space, old -> old.with(label, new Job(job.id(), true, Optional.empty(), pid, Optional.empty())));
        });
    }

    private Step restart(String space, String label, Job job) {
        return new Step("restart " + label, world.in(space, old -> old.with(label, job.startedAnew())), () -> {
            Optional<Long> pid = daemon.commands()
                    .restart(job.id().orElseThrow(), ANY, Optional.empty())
                    .pid();
            return world.in(
                    space, old -> old.with(label, new Job(job.id(), true, Optional.empty(), pid, Optional.empty())));
        });
    }

    private Step remove(String space, String label, Job job) {
        return new Step("remove " + label, world.withoutJob(space, label), () -> {
            daemon.commands().remove(job.id().orElseThrow(), ANY);
            return world.withoutJob(space, label);
        });
    }

    private Step save() {
        boolean another = world.saved().isEmpty() || world.saved().size() < SAVED && random.nextBoolean();
        String name = another ? fresh() : any(world.saved());
        long version = world.saved().getOrDefault(name, 0L) + 1;
        WorkspaceId space =
                WorkspaceId.parse(world.spaces().get(any(world.spaces())).id().orElseThrow());
        PipelineSpec spec = PipelineSpec.of(
                name, space, List.of(CommandRef.nativeCommand("v" + version, "true", List.of())), List.of());
        SavePipelineIn in = new SavePipelineIn(name, spec.encode(), Optional.empty(), Optional.of(true));
        return new Step("save " + name, world.withSaved(name, version), () -> {
            long got = daemon.pipelines().save(in).version().orElseThrow();
            return world.withSaved(name, got);
        });
    }

    private Step drop() {
        String name = any(world.saved());
        return new Step("drop " + name, world.withoutSaved(name), () -> {
            daemon.pipelines().dropSaved(name);
            return world.withoutSaved(name);
        });
    }
}
